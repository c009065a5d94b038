#include "auth/random.hpp"
#include "net/api/client_api.hpp"
#include "tests/unit/net/api/fake_port.hpp"
#include "web/assets.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using boost::beast::http::field;
using boost::beast::http::verb;

constexpr timestamp_ms start = 1'700'000'000'000;
const std::string room = "g.00000000000000000000000001";

class client_api_test : public testing::Test {
protected:
  client_api_test() {
    opts.auth.password_cost = {8 * 1024, 1};
    api = *client_api::make(opts, keys, workers, limits, *ice, time);
    token = *auth::issue(*keys.now(), {user_id{"alice"}, auth::random_family(),
                                       false, start, start + 900'000});
    port.answer = [this](const actors::caller& from, const rpc::target& what) {
      return answer(from, what);
    };
  }

  result<actors::reply> answer(const actors::caller& from,
                               const rpc::target& what) {
    if (user_command_of<actors::check_family>(what))
      return actors::account{{from.user, "A", {}, start, false}, {}};
    if (user_command_of<actors::list_conversations>(what))
      return actors::conversation_list{};
    if (user_command_of<actors::set_block>(what))
      return error{errc::not_found, "no such user"};
    const auto* to_room
      = std::get_if<actors::conversation_command>(&what.command);
    if (to_room && std::holds_alternative<actors::read_history>(*to_room))
      return actors::history_page{};
    if (to_room && std::holds_alternative<actors::send_message>(*to_room))
      return actors::sent{conversation_id{room}, 4, start, false};
    return actors::done{};
  }

  http_response send(verb how, std::string_view path, std::string body = {}) {
    return listener.send(*api, make_request(how, path, token, std::move(body)));
  }

  http_response rpc(std::string body) {
    return send(verb::post, "/v1/rpc", std::move(body));
  }

  client_api_options opts;
  manual_clock time{start};
  signing_keys keys{auth::key_ring{}.rotated(start, std::chrono::minutes{15},
                                             auth::random_bytes(32))};
  rate_limits limits{{}};
  std::unique_ptr<ice_servers> ice = *ice_servers::open({});
  auth_workers workers{1, 4};
  std::unique_ptr<client_api> api;
  fake_port port;
  fake_listener listener{port};
  std::string token;
};

TEST_F(client_api_test, unknown_paths_and_verbs) {
  EXPECT_EQ(send(verb::get, "/nothing").result_int(), 404u);
  EXPECT_EQ(error_of(send(verb::get, "/v1/rpc/")), 404);
  EXPECT_EQ(send(verb::get, "*").result_int(), 400u);
  EXPECT_EQ(send(verb::get, "/%zz").result_int(), 400u);
  auto got = send(verb::get, "/v1/rpc");
  EXPECT_EQ(got.result_int(), 405u);
  EXPECT_EQ(got[field::allow], "POST");
  EXPECT_EQ(send(verb::delete_, "/v1/conversations")[field::allow],
            "GET, HEAD");
}

TEST_F(client_api_test, a_call_over_http) {
  auto got = rpc(R"({"jsonrpc":"2.0","id":1,"method":"message.send","params":{
    "conversation":")"
                 + room + R"(","client_id":"c","text":"x"}})");
  EXPECT_EQ(got.result_int(), 200u);
  EXPECT_EQ(json_of(got).at("id"), 1);
  EXPECT_EQ(json_of(got).at("result").at("seq"), 4);
  EXPECT_EQ(port.calls.back().from.user, user_id{"alice"});
}

TEST_F(client_api_test, a_failed_call_has_its_status) {
  auto one = [](std::string method, std::string params) {
    return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)"
           + params + "}";
  };
  EXPECT_EQ(rpc(one("user.block", R"({"user":"bob"})")).result_int(), 404u);
  EXPECT_EQ(error_of(rpc(one("user.block", R"({"user":"bob"})"))), 404);
  EXPECT_EQ(rpc(one("user.block", "{}")).result_int(), 400u);
  EXPECT_EQ(error_of(rpc(one("user.block", "{}"))), -32602);
  EXPECT_EQ(rpc(one("no.such", "{}")).result_int(), 404u);
  EXPECT_EQ(error_of(rpc(one("no.such", "{}"))), -32601);
  for (auto name : {"session.open", "presence.watch", "presence.unwatch"})
    EXPECT_EQ(error_of(rpc(one(name, R"({"users":[]})"))), -32601);
  EXPECT_EQ(rpc("{").result_int(), 400u);
  EXPECT_EQ(error_of(rpc("{")), -32700);
  EXPECT_EQ(error_of(rpc("[]")), -32600);
  EXPECT_EQ(json_of(rpc("{}")).at("id"), nullptr);
}

TEST_F(client_api_test, a_batch_is_answered_in_one) {
  auto got = rpc(R"([{"jsonrpc":"2.0","id":1,"method":"session.ping"},
    {"jsonrpc":"2.0","method":"session.ping"},
    {"jsonrpc":"2.0","id":2,"method":"no.such"}, 7])");
  EXPECT_EQ(got.result_int(), 200u);
  auto answers = json_of(got).as_array();
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].at("result").at("server_ts"), start);
  EXPECT_EQ(answers[1].at("error").at("code"), -32601);
  EXPECT_EQ(answers[2].at("error").at("code"), -32600);
  auto none = rpc(R"({"jsonrpc":"2.0","method":"session.ping"})");
  EXPECT_EQ(none.result_int(), 204u);
  EXPECT_EQ(none.body(), "");
}

TEST_F(client_api_test, resources) {
  auto sent = send(verb::post, "/v1/messages",
                   R"({"to":"bob","client_id":"c","text":"x"})");
  EXPECT_EQ(sent.result_int(), 200u);
  EXPECT_EQ(json_of(sent).at("seq"), 4);
  EXPECT_EQ(error_of(send(verb::post, "/v1/messages", "{}")), -32602);
  auto list = send(verb::get, "/v1/conversations?limit=7&cursor=a%20b");
  EXPECT_EQ(list.result_int(), 200u);
  EXPECT_EQ(port.last<actors::list_conversations>().limit, 7u);
  EXPECT_EQ(port.last<actors::list_conversations>().cursor, "a b");
  auto bad = send(verb::get, "/v1/conversations?limit=many");
  EXPECT_EQ(json_of(bad).at("error").at("data").at("field"), "limit");
  auto page = send(verb::get,
                   "/v1/conversations/" + room + "/messages?after=0&limit=3");
  EXPECT_EQ(page.result_int(), 200u);
  EXPECT_EQ(port.last<actors::read_history>().after, 0u);
  EXPECT_EQ(port.last<actors::read_history>().limit, 3u);
  EXPECT_EQ(error_of(send(verb::get, "/v1/conversations/x/messages")), -32602);
}

TEST_F(client_api_test, nothing_without_a_token) {
  token.clear();
  for (auto path : {"/v1/rpc", "/v1/messages"})
    EXPECT_EQ(send(verb::post, path, "{}").result_int(), 401u);
  for (auto path : {"/v1/conversations", "/v1/auth/check"})
    EXPECT_EQ(send(verb::get, path).result_int(), 401u);
  EXPECT_TRUE(port.calls.empty());
}

TEST_F(client_api_test, a_user_has_a_share_of_messages) {
  auto say = [&] {
    return send(verb::post, "/v1/messages",
                R"({"to":"bob","client_id":"c","text":"x"})");
  };
  auto got = say();
  for (int i = 0; i < 150 && got.result_int() == 200; ++i)
    got = say();
  EXPECT_EQ(got.result_int(), 429u);
  EXPECT_NE(got[field::retry_after], "");
}

TEST_F(client_api_test, serves_the_page_with_a_strict_policy) {
  auto page = send(verb::get, "/");
  ASSERT_EQ(page.result_int(), 200u);
  EXPECT_TRUE(page[field::content_type].starts_with("text/html"));
  auto policy = page["Content-Security-Policy"];
  EXPECT_TRUE(policy.starts_with("default-src 'none'"));
  EXPECT_EQ(policy.find("unsafe"), boost::beast::string_view::npos);
  auto again = make_request(verb::get, "/");
  again.set(field::if_none_match, page[field::etag]);
  auto same = listener.send(*api, again);
  EXPECT_EQ(same.result_int(), 304u);
  EXPECT_EQ(same.body(), "");
  EXPECT_EQ(same[field::etag], page[field::etag]);
  for (const auto& asset : web::assets())
    EXPECT_EQ(send(verb::get, asset.path).body(), asset.bytes) << asset.path;
}

TEST_F(client_api_test, serves_no_page_where_it_is_off) {
  opts.serve_page = false;
  api = *client_api::make(opts, keys, workers, limits, *ice, time);
  EXPECT_EQ(send(verb::get, "/").result_int(), 404u);
}

} // namespace
} // namespace parley::net
