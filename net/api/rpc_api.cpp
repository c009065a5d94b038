#include "net/api/rpc_api.hpp"

#include "auth/random.hpp"
#include "base/answer_limits.hpp"
#include "net/api/rpc_batch.hpp"
#include "net/rpc/parse.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace parley::net {

namespace http = boost::beast::http;
namespace json = boost::json;

namespace {

constexpr unsigned ok = 200;

// A number in a URL, or the text as it is, for the method to refuse.
void add_number(json::object& to, const exchange& from, const char* name) {
  auto text = from.query(name);
  if (!text)
    return;
  std::int64_t number = 0;
  const auto* end = text->data() + text->size();
  auto [at, ec] = std::from_chars(text->data(), end, number);
  if (ec == std::errc{} && at == end)
    to[name] = number;
  else
    to[name] = *text;
}

} // namespace

rpc_api::rpc_api(std::uint32_t json_depth, rate_limits& limits,
                 const bearer_check& bearers, const ice_servers& ice,
                 const clock& time)
  : json_depth_(json_depth),
    limits_(limits),
    bearers_(bearers),
    ice_(ice),
    time_(time) {}

void rpc_api::add_routes(http_router& to) {
  using self = rpc_api;
  auto add = [&](http::verb verb, std::string_view path,
                 void (self::*what)(const exchange_ptr&)) {
    to.add(verb, path,
           [this, what](const exchange_ptr& x) { (this->*what)(x); });
  };
  add(http::verb::post, "/v1/rpc", &self::post_rpc);
  add(http::verb::post, "/v1/messages", &self::post_message);
  add(http::verb::get, "/v1/conversations", &self::list_conversations);
  add(http::verb::get, "/v1/conversations/*/messages", &self::read_history);
}

void rpc_api::post_rpc(const exchange_ptr& request) {
  bearers_.admit(request, [this, request](const auth::claims& who,
                                          const actors::account& account) {
    if (auto held = hold(request, who.user); !held)
      return rpc_batch::refuse(request, held.error());
    auto frame = rpc::parse_frame(request->request().body(), json_depth_);
    if (!frame)
      return rpc_batch::refuse(request, frame.error());
    auto one = [this, request, who, muted_until = account.muted_until](
                 const rpc::call& call, on_result then) {
      invoke(request, who, muted_until, call.method, call.params,
             std::move(then));
    };
    std::make_shared<rpc_batch>(request, std::move(*frame), std::move(one))
      ->run();
  });
}

// Until the answer is written, for it takes memory until then.
result<void> rpc_api::hold(const exchange_ptr& request, const user_id& user) {
  if (auto held = limits_.hold_call(user); !held)
    return held;
  auto release = [this, user](const void*) { limits_.release_call(user); };
  request->with().kept->emplace_back(static_cast<void*>(this), release);
  return {};
}

void rpc_api::post_message(const exchange_ptr& request) {
  auto body = request->body(json_depth_);
  if (!body)
    return request->answer_error(body.error());
  answer_with(request, "message.send", std::move(*body));
}

void rpc_api::list_conversations(const exchange_ptr& request) {
  json::object params;
  add_number(params, *request, "limit");
  if (auto cursor = request->query("cursor"))
    params["cursor"] = *cursor;
  answer_with(request, "conversation.list", std::move(params));
}

void rpc_api::read_history(const exchange_ptr& request) {
  json::object params;
  params["conversation"] = request->path()[2];
  for (const auto* name : {"before", "after", "limit"})
    add_number(params, *request, name);
  answer_with(request, "message.history", std::move(params));
}

void rpc_api::answer_with(const exchange_ptr& request, std::string_view method,
                          json::object params) {
  auto answer = [request](result<std::string> what) {
    if (what && what->size() > limits::answer_bytes_max)
      what = error{errc::too_large, "the answer is too large: ask for less"};
    if (what)
      request->answer_json(ok, std::move(*what));
    else
      request->answer_error(what.error());
  };
  bearers_.admit(
    request, [this, request, method, params = std::move(params),
              answer = std::move(answer)](const auth::claims& who,
                                          const actors::account& account) {
      if (auto held = hold(request, who.user); !held)
        return request->answer_error(held.error());
      invoke(request, who, account.muted_until, method, params, answer);
    });
}

result<rpc::target> rpc_api::prepare(const rpc::method& called,
                                     const auth::claims& who,
                                     const json::object& params) {
  // Without a session to have a bucket of its own, signals count as messages.
  if (called.costs.draws() != rpc::token::none)
    if (auto drawn = limits_.draw_message(who.user); !drawn)
      return drawn.error();
  rpc::context with{who.user, who.guest, time_.now_ms(), auth::random_u64(),
                    auth::random_u64()};
  return called.prepare(params, with);
}

void rpc_api::invoke(const exchange_ptr& request, const auth::claims& who,
                     timestamp_ms muted_until, std::string_view method,
                     const json::object& params, on_result then) {
  const auto* called = rpc::find_method(method);
  if (called == nullptr)
    return then(error{errc::method_not_found, "no such method"});
  actors::caller caller{who.user, 0, false,
                        rpc::is_muted(muted_until, time_.now_ms())};
  if (auto may = rpc::may_call(*called, {who.guest, caller.is_muted, true});
      !may)
    return then(may.error());
  if (method == "session.ping")
    return then(R"({"server_ts":)" + std::to_string(time_.now_ms()) + "}");
  const auto& address = request->with().peer;
  if (method == "ice.servers") {
    auto paid = limits_.draw_units(who.user, address, called->costs.before());
    return paid ? then(ice_.list(who.user, time_.now_ms()))
                : then(paid.error());
  }
  auto target = prepare(*called, who, params);
  if (!target)
    return then(target.error());
  auto deposit = called->costs.before(*target);
  if (auto paid = limits_.draw_units(who.user, address, deposit); !paid)
    return then(paid.error());
  auto settle = [this, called, deposit, request, user = who.user](
                  const result<actors::reply>& reply, std::size_t bytes) {
    limits_.settle_units(user, request->with().peer, deposit,
                         reply ? called->costs.after(deposit, *reply, bytes)
                               : called->costs.after_failure(deposit));
  };
  request->with().port.call(
    caller, std::move(*target),
    [called, settle = std::move(settle),
     then = std::move(then)](const result<actors::reply>& reply) {
      std::string out;
      if (reply)
        called->write_result(out, *reply);
      settle(reply, out.size());
      if (reply)
        then(std::move(out));
      else
        then(reply.error());
    });
}

} // namespace parley::net
