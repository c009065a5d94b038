#include "net/api/auth_api.hpp"

#include "auth/address.hpp"
#include "auth/random.hpp"
#include "net/api/auth_params.hpp"
#include "net/rpc/print.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

constexpr unsigned ok = 200;
constexpr unsigned created = 201;
// Bodies here are flat.
constexpr std::uint32_t body_depth_max = 8;
// 60 random bits are hardly ever taken once, let alone three times.
constexpr int guest_tries = 3;

error wrong_password() {
  return {errc::unauthenticated, "unknown handle or wrong password"};
}

error bad_refresh_token() {
  return {errc::unauthenticated, "the refresh token is not good"};
}

std::int64_t to_seconds(std::chrono::milliseconds x) {
  return std::chrono::duration_cast<std::chrono::seconds>(x).count();
}

std::string account_json(const actors::profile& user) {
  std::string out = R"({"user":)";
  rpc::write_profile(out, user);
  return out;
}

void append_member(std::string& out, std::string_view name,
                   std::string_view text) {
  out.append(",\"").append(name).append("\":");
  rpc::write_string(out, text);
}

void append_end(std::string& out, std::int64_t expires_in) {
  out.append(R"(,"expires_in":)").append(std::to_string(expires_in)) += '}';
}

} // namespace

result<std::unique_ptr<auth_api>>
auth_api::make(const auth_options& opts, const signing_keys& keys,
               auth_workers& workers, rate_limits& limits,
               const bearer_check& bearers, const clock& time) {
  auto dummy = auth::dummy_hash(opts.password_cost);
  if (!dummy)
    return dummy.error();
  return std::unique_ptr<auth_api>(new auth_api(
    opts, keys, workers, limits, bearers, time, std::move(*dummy)));
}

auth_api::auth_api(const auth_options& opts, const signing_keys& keys,
                   auth_workers& workers, rate_limits& limits,
                   const bearer_check& bearers, const clock& time,
                   std::string dummy)
  : opts_(opts),
    keys_(keys),
    workers_(workers),
    limits_(limits),
    bearers_(bearers),
    time_(time),
    dummy_(std::move(dummy)) {}

void auth_api::add_routes(http_router& to) {
  using self = auth_api;
  auto add = [&](http::verb verb, std::string_view path,
                 void (self::*what)(const exchange_ptr&)) {
    to.add(verb, path,
           [this, what](const exchange_ptr& x) { (this->*what)(x); });
  };
  add(http::verb::post, "/v1/auth/signup", &self::sign_up);
  add(http::verb::post, "/v1/auth/login", &self::sign_in);
  add(http::verb::post, "/v1/auth/guest", &self::sign_in_guest);
  add(http::verb::post, "/v1/auth/refresh", &self::refresh);
  add(http::verb::post, "/v1/auth/logout", &self::sign_out);
  add(http::verb::get, "/v1/auth/check", &self::check);
}

bool auth_api::draw(const exchange_ptr& request) {
  auto drawn = limits_.draw_auth(request->with().peer);
  if (!drawn)
    request->answer_error(drawn.error());
  return drawn.has_value();
}

bool auth_api::draw_refresh(const exchange_ptr& request) {
  auto drawn = limits_.draw_refresh(request->with().peer);
  if (!drawn)
    request->answer_error(drawn.error());
  return drawn.has_value();
}

void auth_api::run(const exchange_ptr& request, bool known,
                   std::function<void()> what) {
  auto refuse = [request,
                 executor = request->with().executor](const error& why) {
    boost::asio::post(executor, [request, why] { request->answer_error(why); });
  };
  auto taken = workers_.run(request->with().peer, known,
                            {std::move(what), std::move(refuse)});
  if (!taken)
    request->answer_error(taken.error());
}

void auth_api::ask(const exchange_ptr& request, const user_id& user,
                   actors::user_command what, on_reply then) {
  request->with().port.call(
    actors::caller{user}, rpc::target{cluster::key_of(user), std::move(what)},
    [request, then = std::move(then)](const result<actors::reply>& reply) {
      if (reply)
        then(*reply);
      else
        request->answer_error(reply.error());
    });
}

auth_api::opening auth_api::open(const user_id& user,
                                 std::string device_id) const {
  opening out{user, {}, {}};
  out.grant.family = auth::random_family();
  out.grant.device_id = std::move(device_id);
  out.grant.expires_at = time_.now_ms() + opts_.refresh_life.count();
  auto token = auth::make_refresh_token(user, out.grant.family);
  out.grant.refresh_hash = auth::hash_of(token);
  out.refresh_token = auth::to_string(token);
  return out;
}

void auth_api::answer_account(const exchange_ptr& request, unsigned status,
                              const opening& made,
                              const actors::reply& reply) const {
  const auto& user = std::get<actors::account>(reply).user;
  auto now = time_.now_ms();
  auth::claims who{made.user, made.grant.family, user.guest, now,
                   now + opts_.token_life.count()};
  auto token = auth::issue(*keys_.now(), who);
  if (!token)
    return request->answer_error(token.error());
  if (!user.guest)
    limits_.sign_ins().remember(made.user, request->with().peer);
  auto out = account_json(user);
  append_member(out, "token", *token);
  append_member(out, "refresh_token", made.refresh_token);
  append_end(out, to_seconds(opts_.token_life));
  request->answer_json(status, std::move(out));
}

// The hash is made before the handle is known to be free: so a handle that is
// taken can't be told from one that is free by a cheaper answer.
void auth_api::sign_up(const exchange_ptr& request) {
  if (!draw(request))
    return;
  auto body = request->body(body_depth_max);
  if (!body)
    return request->answer_error(body.error());
  auto read = read_signup(*body);
  if (!read)
    return request->answer_error(read.error());
  auto made = open(read->handle, read->device_id);
  auto claim = [this, request, made,
                name = read->display_name](const result<std::string>& hash) {
    if (!hash)
      return request->answer_error(hash.error());
    ask(request, made.user, actors::sign_up{name, *hash, false, made.grant, {}},
        [this, request, made](const actors::reply& reply) {
          answer_account(request, created, made, reply);
        });
  };
  auto job = [executor = request->with().executor, cost = opts_.password_cost,
              password = read->password, claim = std::move(claim)]() mutable {
    auto hash = auth::hash_password(password, cost);
    boost::asio::post(executor, [claim = std::move(claim),
                                 hash = std::move(hash)] { claim(hash); });
  };
  run(request, false, std::move(job));
}

void auth_api::sign_in(const exchange_ptr& request) {
  if (!draw(request))
    return;
  auto body = request->body(body_depth_max);
  if (!body)
    return request->answer_error(body.error());
  auto read = read_login(*body);
  if (!read)
    return request->answer_error(read.error());
  auto made = open(read->handle, read->device_id);
  if (read->handle.empty())
    return compare(request, std::move(made), read->password, dummy_);
  auto drawn = limits_.sign_ins().draw(read->handle, request->with().peer);
  if (!drawn) {
    limits_.refused().note("rate_limited", request->with().peer,
                           {"limit", "auth_per_user"});
    return request->answer_error(drawn.error());
  }
  request->with().port.call(
    actors::caller{made.user},
    rpc::target{cluster::key_of(made.user),
                actors::user_command{actors::load_credentials{}}},
    [this, request, made,
     password = read->password](const result<actors::reply>& reply) {
      if (!reply && reply.error().code != errc::not_found)
        return request->answer_error(reply.error());
      auto hash
        = reply ? std::get<actors::credentials>(*reply).password_hash : dummy_;
      compare(request, made, password, hash.empty() ? dummy_ : hash);
    });
}

void auth_api::compare(const exchange_ptr& request, opening made,
                       std::string password, std::string hash) {
  auto known = limits_.sign_ins().knows(made.user, request->with().peer);
  auto decide = [this, request, made = std::move(made)](
                  bool right, const std::string& rehashed) {
    if (!right) {
      count_auth_failure("wrong_password");
      limits_.refused().note("sign_in_failed", request->with().peer,
                             {"user", made.user.view()});
      return request->answer_error(wrong_password());
    }
    ask(request, made.user, actors::sign_in{made.grant, rehashed},
        [this, request, made](const actors::reply& reply) {
          answer_account(request, ok, made, reply);
        });
  };
  auto job = [executor = request->with().executor, cost = opts_.password_cost,
              password = std::move(password), hash = std::move(hash),
              decide = std::move(decide)]() mutable {
    auto seen = auth::check_password_against(hash, password, cost);
    boost::asio::post(executor,
                      [decide = std::move(decide), seen = std::move(seen)] {
                        decide(seen.right, seen.rehashed);
                      });
  };
  run(request, known, std::move(job));
}

void auth_api::sign_in_guest(const exchange_ptr& request) {
  if (!draw(request))
    return;
  auto body = request->body(body_depth_max);
  if (!body)
    return request->answer_error(body.error());
  auto read = read_guest(*body);
  if (!read)
    return request->answer_error(read.error());
  admit_guest(request, {read->display_name, read->device_id, {}});
}

void auth_api::admit_guest(const exchange_ptr& request, guest who) {
  if (opts_.address_salt.empty())
    return create_guest(request, std::move(who), guest_tries);
  who.address = auth::hash_of_address(opts_.address_salt, request->with().peer);
  request->with().port.call(
    {},
    rpc::target{cluster::address_book_of(who.address),
                actors::moderation_command{actors::check_address{who.address}}},
    [this, request, who](const result<actors::reply>& reply) {
      if (reply)
        create_guest(request, who, guest_tries);
      else
        request->answer_error(reply.error());
    });
}

void auth_api::create_guest(const exchange_ptr& request, guest who,
                            int tries_left) {
  auto made = open(auth::random_guest(), who.device_id);
  request->with().port.call(
    actors::caller{made.user},
    rpc::target{cluster::key_of(made.user),
                actors::user_command{actors::sign_up{
                  who.display_name, {}, true, made.grant, who.address}}},
    [this, request, made, who, tries_left](const result<actors::reply>& reply) {
      if (reply)
        return answer_account(request, created, made, *reply);
      if (reply.error().code == errc::conflict && tries_left > 1)
        return create_guest(request, who, tries_left - 1);
      request->answer_error(reply.error());
    });
}

void auth_api::note_bad_refresh_token(const exchange_ptr& request) {
  count_auth_failure("bad_refresh_token");
  limits_.refused().note("refresh_failed", request->with().peer);
}

void auth_api::refresh(const exchange_ptr& request) {
  if (!draw_refresh(request))
    return;
  auto body = request->body(body_depth_max);
  if (!body)
    return request->answer_error(body.error());
  auto text = read_refresh(*body);
  if (!text)
    return request->answer_error(text.error());
  auto token = auth::parse_refresh_token(*text);
  if (!token) {
    note_bad_refresh_token(request);
    return request->answer_error(bad_refresh_token());
  }
  auto next = auth::make_refresh_token(token->user, token->family);
  opening made{token->user, {}, auth::to_string(next)};
  made.grant.family = token->family;
  actors::refresh_family what{token->family, auth::hash_of(*token),
                              auth::hash_of(next),
                              time_.now_ms() + opts_.refresh_life.count()};
  request->with().port.call(
    actors::caller{token->user},
    rpc::target{cluster::key_of(token->user), actors::user_command{what}},
    [this, request, made](const result<actors::reply>& reply) {
      if (reply)
        return answer_account(request, ok, made, *reply);
      auto why = reply.error();
      if (why.code == errc::not_found)
        why = bad_refresh_token();
      if (why.code == errc::unauthenticated)
        note_bad_refresh_token(request);
      request->answer_error(why);
    });
}

void auth_api::sign_out(const exchange_ptr& request) {
  bearers_.admit(
    request, [request](const auth::claims& who, const actors::account&) {
      ask(request, who.user, actors::sign_out{who.family},
          [request](const actors::reply&) { request->answer_empty(204); });
    });
}

void auth_api::check(const exchange_ptr& request) {
  bearers_.admit(request, [this, request](const auth::claims& who,
                                          const actors::account& account) {
    auto out = account_json(account.user);
    append_end(out, (who.expires_at - time_.now_ms()) / 1000);
    request->answer_json(ok, std::move(out));
  });
}

} // namespace parley::net
