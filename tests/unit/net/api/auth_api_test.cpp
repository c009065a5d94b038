#include "auth/address.hpp"
#include "auth/random.hpp"
#include "base/metrics.hpp"
#include "net/api/client_api.hpp"
#include "tests/unit/net/api/fake_port.hpp"

#include <gtest/gtest.h>

#include <future>

namespace parley::net {
namespace {

using boost::beast::http::field;
using boost::beast::http::verb;

constexpr timestamp_ms start = 1'700'000'000'000;

auth::key_ring one_key() {
  return auth::key_ring{}.rotated(start, std::chrono::minutes{15},
                                  auth::random_bytes(32));
}

class auth_api_test : public testing::Test {
protected:
  auth_api_test() {
    opts.auth.password_cost = cheap;
    api = *client_api::make(opts, keys, workers, limits, *ice, time);
    port.answer = [this](const actors::caller& from, const rpc::target& what) {
      return answer(from, what);
    };
  }

  // A node where alice's password is "correct horse".
  result<actors::reply> answer(const actors::caller& from,
                               const rpc::target& what) {
    if (refuse)
      return *refuse;
    actors::profile user{from.user, "Name", {}, start, is_guest(from.user)};
    if (user_command_of<actors::load_credentials>(what)) {
      if (from.user != user_id{"alice"})
        return error{errc::not_found, "no such user"};
      return actors::credentials{*auth::hash_password("correct horse", cheap)};
    }
    if (banned && user_command_of<actors::sign_in>(what))
      return error{errc::forbidden, "banned"};
    if (user_command_of<actors::sign_out>(what))
      return actors::done{};
    return actors::account{user, {}};
  }

  http_response post(std::string_view path, std::string body,
                     std::string_view token = {}) {
    return listener.send(
      *api, make_request(verb::post, path, token, std::move(body)));
  }

  std::string text(const http_response& from, std::string_view name) {
    return std::string{
      json_of(from).at({name.data(), name.size()}).as_string()};
  }

  const auth::password_cost cheap{8 * 1024, 1};
  client_api_options opts;
  manual_clock time{start};
  signing_keys keys{one_key()};
  rate_limits limits{{}};
  std::unique_ptr<ice_servers> ice = *ice_servers::open({});
  auth_workers workers{1, 4};
  std::unique_ptr<client_api> api;
  fake_port port;
  fake_listener listener{port};
  std::optional<error> refuse;
  bool banned = false;
};

TEST_F(auth_api_test, signs_up) {
  auto got
    = post("/v1/auth/signup", R"({"handle":"carol","password":"long enough"})");
  EXPECT_EQ(got.result_int(), 201u) << got.body();
  const auto& asked = port.last<actors::sign_up>();
  EXPECT_TRUE(auth::verify_password(asked.password_hash, "long enough"));
  EXPECT_EQ(asked.display_name, "carol");
  EXPECT_EQ(asked.first.expires_at, start + opts.auth.refresh_life.count());
  auto refresh = auth::parse_refresh_token(text(got, "refresh_token"));
  ASSERT_TRUE(refresh);
  EXPECT_EQ(refresh->user, user_id{"carol"});
  EXPECT_EQ(auth::hash_of(*refresh), asked.first.refresh_hash);
  auto claims = auth::verify(*keys.now(), text(got, "token"), start);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->user, user_id{"carol"});
  EXPECT_EQ(claims->family, asked.first.family);
  EXPECT_FALSE(claims->guest);
  EXPECT_EQ(json_of(got).at("expires_in"), 900);
  EXPECT_EQ(json_of(got).at("user").at("id"), "carol");
}

TEST_F(auth_api_test, sign_up_names_the_faulty_field) {
  for (auto [body, name] : {
         std::pair{R"({"password":"long enough"})", "handle"},
         {R"({"handle":"A","password":"long enough"})", "handle"},
         {R"({"handle":"guest-abcdefghjkmn","password":"long enough"})",
          "handle"},
         {R"({"handle":"carol"})", "password"},
         {R"({"handle":"carol","password":"short"})", "password"},
         {R"({"handle":"carol","password":"long enough","display_name":""})",
          "display_name"},
       }) {
    auto got = post("/v1/auth/signup", body);
    EXPECT_EQ(got.result_int(), 400u) << body;
    EXPECT_EQ(json_of(got).at("error").at("data").at("field"), name) << body;
  }
  EXPECT_EQ(error_of(post("/v1/auth/signup", "{")), -32700);
  EXPECT_EQ(error_of(post("/v1/auth/signup", "[]")), -32602);
  EXPECT_TRUE(port.calls.empty());
}

TEST_F(auth_api_test, a_taken_handle_is_a_conflict) {
  refuse = error{errc::conflict, "taken"};
  auto got
    = post("/v1/auth/signup", R"({"handle":"carol","password":"long enough"})");
  EXPECT_EQ(got.result_int(), 409u);
  EXPECT_EQ(error_of(got), 409);
}

TEST_F(auth_api_test, signs_in_with_the_right_password_only) {
  auto good = post("/v1/auth/login",
                   R"({"handle":"alice","password":"correct horse",
                       "device_id":"phone"})");
  EXPECT_EQ(good.result_int(), 200u) << good.body();
  EXPECT_EQ(port.last<actors::sign_in>().opened.device_id, "phone");
  EXPECT_EQ(port.last<actors::sign_in>().new_password_hash, "");
  auto wrong
    = post("/v1/auth/login", R"({"handle":"alice","password":"wrong one"})");
  auto unknown
    = post("/v1/auth/login", R"({"handle":"nobody","password":"wrong one"})");
  auto impossible
    = post("/v1/auth/login", R"({"handle":"N?","password":"wrong one"})");
  EXPECT_EQ(wrong.result_int(), 401u);
  EXPECT_EQ(unknown.body(), wrong.body());
  EXPECT_EQ(impossible.body(), wrong.body());
}

TEST_F(auth_api_test, capitals_of_a_handle_are_small_letters) {
  auto in = post("/v1/auth/login",
                 R"({"handle":"Alice","password":"correct horse"})");
  EXPECT_EQ(in.result_int(), 200u) << in.body();
  auto up
    = post("/v1/auth/signup", R"({"handle":"Carol","password":"long enough"})");
  EXPECT_EQ(up.result_int(), 201u) << up.body();
  EXPECT_EQ(json_of(up).at("user").at("id"), "carol");
}

TEST_F(auth_api_test, tells_a_ban_after_the_right_password_only) {
  banned = true;
  auto wrong
    = post("/v1/auth/login", R"({"handle":"alice","password":"wrong one"})");
  EXPECT_EQ(wrong.result_int(), 401u);
  auto right = post("/v1/auth/login",
                    R"({"handle":"alice","password":"correct horse"})");
  EXPECT_EQ(right.result_int(), 403u);
}

TEST_F(auth_api_test, a_password_hashed_at_another_cost_is_hashed_again) {
  opts.auth.password_cost.passes = 2;
  api = *client_api::make(opts, keys, workers, limits, *ice, time);
  post("/v1/auth/login", R"({"handle":"alice","password":"correct horse"})");
  EXPECT_TRUE(auth::verify_password(
    port.last<actors::sign_in>().new_password_hash, "correct horse"));
}

TEST_F(auth_api_test, guests_come_from_addresses_that_are_not_banned) {
  opts.auth.address_salt = "salt";
  api = *client_api::make(opts, keys, workers, limits, *ice, time);
  EXPECT_EQ(post("/v1/auth/guest", "").result_int(), 201u);
  auto address = port.last<actors::sign_up>().address;
  EXPECT_EQ(address, auth::hash_of_address("salt", "192.0.2.1"));
  EXPECT_EQ(address.find("192"), std::string::npos);
  auto first = std::get<actors::moderation_command>(
    port.calls[port.calls.size() - 2].what.command);
  EXPECT_EQ(std::get<actors::check_address>(first).address, address);
  refuse = error{errc::forbidden, "banned"};
  auto calls = port.calls.size();
  EXPECT_EQ(post("/v1/auth/guest", "").result_int(), 403u);
  EXPECT_EQ(port.calls.size(), calls + 1);
}

TEST_F(auth_api_test, guests_get_a_handle) {
  auto got = post("/v1/auth/guest", R"({"display_name":"Visitor"})");
  EXPECT_EQ(got.result_int(), 201u);
  EXPECT_TRUE(port.last<actors::sign_up>().guest);
  EXPECT_EQ(port.last<actors::sign_up>().display_name, "Visitor");
  auto claims = auth::verify(*keys.now(), text(got, "token"), start);
  ASSERT_TRUE(claims);
  EXPECT_TRUE(claims->guest);
  EXPECT_TRUE(is_guest(claims->user));
  EXPECT_EQ(post("/v1/auth/guest", "").result_int(), 201u);
}

TEST_F(auth_api_test, a_refresh_token_is_exchanged) {
  auto first = post("/v1/auth/guest", "");
  auto old = text(first, "refresh_token");
  auto got = post("/v1/auth/refresh", R"({"refresh_token":")" + old + "\"}");
  EXPECT_EQ(got.result_int(), 200u) << got.body();
  const auto& asked = port.last<actors::refresh_family>();
  EXPECT_EQ(asked.presented_hash,
            auth::hash_of(*auth::parse_refresh_token(old)));
  auto next = auth::parse_refresh_token(text(got, "refresh_token"));
  ASSERT_TRUE(next);
  EXPECT_EQ(asked.next_hash, auth::hash_of(*next));
  EXPECT_EQ(next->family, asked.family);
  EXPECT_EQ(error_of(post("/v1/auth/refresh", R"({"refresh_token":"x"})")),
            401);
  EXPECT_EQ(error_of(post("/v1/auth/refresh", "{}")), -32602);
  refuse = error{errc::unauthenticated, "used before"};
  EXPECT_EQ(
    error_of(post("/v1/auth/refresh", R"({"refresh_token":")" + old + "\"}")),
    401);
}

TEST_F(auth_api_test, check_and_logout_ask_for_a_good_token) {
  auto token = text(post("/v1/auth/guest", ""), "token");
  time.advance(std::chrono::minutes{5});
  auto checked
    = listener.send(*api, make_request(verb::get, "/v1/auth/check", token));
  EXPECT_EQ(checked.result_int(), 200u);
  EXPECT_EQ(json_of(checked).at("expires_in"), 600);
  EXPECT_EQ(post("/v1/auth/logout", "", token).result_int(), 204u);
  EXPECT_FALSE(port.last<actors::sign_out>().family.empty());
  for (auto bad : {"", "x", "a.b.c"}) {
    auto got = post("/v1/auth/logout", "", bad);
    EXPECT_EQ(got.result_int(), 401u);
    EXPECT_EQ(got[field::www_authenticate], "Bearer");
  }
  time.advance(std::chrono::minutes{11});
  EXPECT_EQ(post("/v1/auth/logout", "", token).result_int(), 401u);
}

TEST_F(auth_api_test, a_revoked_token_is_no_token) {
  auto token = text(post("/v1/auth/guest", ""), "token");
  refuse = error{errc::unauthenticated, "revoked"};
  EXPECT_EQ(
    listener.send(*api, make_request(verb::get, "/v1/auth/check", token))
      .result_int(),
    401u);
}

TEST_F(auth_api_test, an_address_has_a_share) {
  http_response last;
  for (int i = 0; i < 30; ++i)
    last = post("/v1/auth/guest", "");
  EXPECT_EQ(last.result_int(), 429u);
  EXPECT_EQ(error_of(last), 429);
  EXPECT_NE(last[field::retry_after], "");
}

/// The one worker is at something that takes until this goes.
class busy_worker {
public:
  explicit busy_worker(auth_workers& workers) : held_(*hold_) {
    auto started = std::make_shared<std::promise<void>>();
    EXPECT_TRUE(workers.run("busy", true,
                            {[hold = hold_, started] {
                               started->set_value();
                               std::lock_guard lock{*hold};
                             },
                             {}}));
    started->get_future().wait();
  }

private:
  // The job's too: it may run when the test is over.
  std::shared_ptr<std::mutex> hold_ = std::make_shared<std::mutex>();
  std::unique_lock<std::mutex> held_;
};

TEST_F(auth_api_test, a_storm_is_refused_rather_than_queued) {
  std::optional<busy_worker> busy{workers};
  int refused = 0;
  for (int i = 0; i < 6; ++i)
    EXPECT_TRUE(workers.run("192.0.2.1", false,
                            {[] {},
                             [&](const error& why) {
                               EXPECT_EQ(why.code, errc::rate_limited);
                               ++refused;
                             }}));
  EXPECT_EQ(refused, 2) << "four may wait";
  auto got = post("/v1/auth/login",
                  R"({"handle":"alice","password":"correct horse"})");
  busy.reset();
  EXPECT_EQ(got.result_int(), 429u);
  EXPECT_NE(got[field::retry_after], "");
}

TEST_F(auth_api_test, those_who_were_here_before_are_not_kept_out_by_a_storm) {
  post("/v1/auth/login", R"({"handle":"alice","password":"correct horse"})");
  std::optional<busy_worker> busy{workers};
  for (int i = 0; i < 50; ++i)
    workers.run("attacker " + std::to_string(i), false,
                {[] {}, [](const error&) {}});
  limits.sign_ins().draw(user_id{"alice"}, "attacker");
  auto freed = std::async(std::launch::async, [&] { busy.reset(); });
  auto got = post("/v1/auth/login",
                  R"({"handle":"alice","password":"correct horse"})");
  EXPECT_EQ(got.result_int(), 200u);
}

TEST_F(auth_api_test, guesses_at_one_user_slow_addresses_where_it_never_was) {
  rate_options rates;
  rates.auth_per_user = {0.001, 3};
  rate_limits few{rates};
  api = *client_api::make(opts, keys, workers, few, *ice, time);
  auto login = [&] {
    return post("/v1/auth/login",
                R"({"handle":"alice","password":"wrong one"})")
      .result_int();
  };
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(login(), 401u);
  EXPECT_EQ(login(), 429u);
  few.sign_ins().remember(user_id{"alice"}, "192.0.2.1");
  EXPECT_EQ(login(), 401u) << "where the user has signed in before";
}

} // namespace
} // namespace parley::net
