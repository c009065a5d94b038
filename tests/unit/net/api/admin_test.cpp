#include "base/metrics.hpp"
#include "net/api/ops_api.hpp"
#include "tests/unit/net/api/fake_port.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace parley::net {
namespace {

using boost::beast::http::field;
using boost::beast::http::verb;

const std::string room = "g.00000000000000000000000001";

class fake_node final : public operations {
public:
  readiness ready() const override {
    return state;
  }
  std::vector<status_row> status() const override {
    return {{"node", std::string{"n1"}}, {"sessions", std::int64_t{3}}};
  }
  std::vector<cluster::entity_info> entities(std::size_t limit) const override {
    std::vector<cluster::entity_info> out(
      std::min<std::size_t>(limit, 2),
      {cluster::key_of(user_id{"bob"}), std::chrono::milliseconds{12}});
    return out;
  }
  result<std::vector<dead_letter>>
  dead_letters(std::size_t limit) const override {
    std::vector<dead_letter> letters{
      {3, {"user:bob", "unreadable", 1'700'000'000'000, "\x01x"}}};
    letters.resize(std::min<std::size_t>(limit, letters.size()));
    return letters;
  }
  std::optional<actors::message_track> trace(const conversation_id& id,
                                             seq at) const override {
    if (at != 5)
      return std::nullopt;
    actors::message_track out{id, at, 100, 200, 300, 1, {}};
    out.sessions[0] = 77;
    return out;
  }
  std::vector<std::string> queues() const override {
    return {"default"};
  }
  std::string config() const override {
    return "node:\n  name: n1\n";
  }
  result<std::string> rotate_keys(bool) override {
    return std::string{"kid-2"};
  }
  bool presence_shared() const override {
    return true;
  }
  void presence_of(const user_id& user,
                   std::function<void(cluster::presence::view)> then) override {
    then({user, {1, 3}, cluster::presence::status::busy, 0, true});
  }
  void presence_nodes(
    std::function<void(cluster::presence::node_list)> then) override {
    then({{{3, "n3", 7, 9, 1'000, true}}, false});
  }

  readiness state{true, {}};
};

class fake_cluster final : public cluster_operations {
public:
  void look(std::function<void(cluster_view)> then) override {
    then(seen);
  }
  void change(const cluster::map_change& what,
              std::function<void(result<void>)> then) override {
    changes.push_back(what);
    then(outcome);
  }

  void verify(cluster::shard_id shard) override {
    report = cluster::shard_report{};
    report->shard = shard;
    report->done = true;
    report->replicas[1] = cluster::shard_report::standing::equal;
    report->replicas[2] = cluster::shard_report::standing::differs;
    report->differences.push_back({std::string{"\0\1k", 3}, {}, {2}});
  }

  std::optional<cluster::shard_report>
  verified(cluster::shard_id) const override {
    return report;
  }

  bool mend(cluster::shard_id shard, node_id node) override {
    mended.emplace_back(shard, node);
    return true;
  }

  cluster_view seen;
  std::optional<cluster::shard_report> report;
  std::vector<std::pair<cluster::shard_id, node_id>> mended;
  std::vector<cluster::map_change> changes;
  result<void> outcome;
};

class admin_test : public testing::Test {
protected:
  admin_test() {
    port.answer = [this](const actors::caller& from,
                         const rpc::target& what) -> result<actors::reply> {
      EXPECT_TRUE(from.is_operator);
      if (auto* note = entry_of(what)) {
        entries.push_back(note->action);
        if (desk_gone)
          return error{errc::unavailable, "no owner"};
        return actors::done{};
      }
      return replies.at(answered++);
    };
  }

  static const actors::record_action* entry_of(const rpc::target& what) {
    auto* command = std::get_if<actors::moderation_command>(&what.command);
    return command ? std::get_if<actors::record_action>(command) : nullptr;
  }

  http_response call(std::string method, std::string params = "{}") {
    port.calls.clear();
    entries.clear();
    answered = 0;
    return listener.send(api,
                         make_request(verb::post, "/v1/admin", token,
                                      R"({"method":")" + method
                                        + R"(","params":)" + params + "}"));
  }

  std::string token = "secret";
  fake_node node;
  fake_cluster others;
  ops_api api{{{"", ops_role::operator_, "secret"},
               {"olga", ops_role::operator_, "token-of-olga-16"},
               {"grafana", ops_role::reader, "token-of-grafana"}},
              node,
              others};
  fake_port port;
  fake_listener listener{port};
  std::vector<actors::reply> replies{actors::done{}, actors::done{}};
  std::size_t answered = 0;
  /// What was written into the audit log.
  std::vector<storage::audit_record> entries;
  bool desk_gone = false;
};

TEST_F(admin_test, who_reads_what_is_private_is_written_down) {
  replies = {actors::events_page{}};
  call("conversation.tail",
       R"({"conversation":")" + room + R"(","after":5,"by":"vera"})");
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].action, "conversation.tail");
  EXPECT_EQ(entries[0].subject, room);
  EXPECT_EQ(entries[0].by, "vera");
  EXPECT_EQ(entries[0].reason, "after=5 from 192.0.2.1");
  replies = {actors::inspection{}};
  call("user.show", R"({"user":"bob"})");
  EXPECT_EQ(entries.at(0).by, "operator");
  call("status");
  EXPECT_TRUE(entries.empty());
  call("user.show");
  EXPECT_TRUE(entries.empty()) << "nothing was shown";
}

TEST_F(admin_test, shows_nothing_private_that_cannot_be_written_down) {
  desk_gone = true;
  EXPECT_EQ(call("user.show", R"({"user":"bob"})").result_int(), 503u);
  EXPECT_EQ(answered, 0u);
  EXPECT_EQ(call("user.logout", R"({"user":"bob"})").result_int(), 200u)
    << "what changes something waits for nobody";
}

TEST_F(admin_test, a_token_has_a_name_that_counts) {
  token = "token-of-olga-16";
  call("user.logout", R"({"user":"bob","by":"somebody else"})");
  EXPECT_EQ(entries.at(0).by, "olga");
  call("user.ban", R"({"user":"bob","by":"somebody else"})");
  EXPECT_EQ(port.last<actors::sanction>().by, "olga");
}

TEST_F(admin_test, a_reader_looks_at_the_cluster_and_at_nothing_else) {
  token = "token-of-grafana";
  EXPECT_EQ(call("status").result_int(), 200u);
  EXPECT_EQ(
    listener.send(api, make_request(verb::get, "/metrics", token)).result_int(),
    200u);
  for (auto method : {"user.show", "user.ban", "conversation.tail", "audit",
                      "node.drain", "keys.rotate", "reports.show", "no.such"})
    EXPECT_EQ(call(method, R"({"user":"bob"})").result_int(), 403u) << method;
  EXPECT_TRUE(port.calls.empty());
}

TEST_F(admin_test, probes) {
  EXPECT_EQ(
    listener.send(api, make_request(verb::get, "/healthz")).result_int(), 200u);
  EXPECT_EQ(listener.send(api, make_request(verb::get, "/readyz")).result_int(),
            200u);
  node.state = {false, "storage \"full\""};
  auto not_ready = listener.send(api, make_request(verb::get, "/readyz"));
  EXPECT_EQ(not_ready.result_int(), 503u);
  EXPECT_EQ(json_of(not_ready).at("reason"), "storage \"full\"");
}

TEST_F(admin_test, metrics_are_text) {
  metrics::counter("admin_test_total", "Something to show").Increment();
  auto got = listener.send(api, make_request(verb::get, "/metrics", token));
  EXPECT_EQ(got.result_int(), 200u);
  EXPECT_TRUE(got[field::content_type].starts_with("text/plain"));
  EXPECT_NE(got.body().find("admin_test_total 1"), std::string::npos);
}

TEST_F(admin_test, wants_its_token) {
  for (auto bad : {"", "wrong", "secret2"}) {
    token = bad;
    EXPECT_EQ(call("status").result_int(), 401u) << bad;
    EXPECT_EQ(listener.send(api, make_request(verb::get, "/metrics", token))
                .result_int(),
              401u);
  }
}

TEST_F(admin_test, without_a_token_everybody_on_the_listener_may) {
  ops_api open{{}, node, others};
  auto request
    = make_request(verb::post, "/v1/admin", "", R"({"method":"status"})");
  EXPECT_EQ(listener.send(open, request).result_int(), 200u);
  request.set(field::origin, "http://evil.example");
  EXPECT_EQ(listener.send(open, request).result_int(), 403u);
}

TEST_F(admin_test, says_what_the_node_knows) {
  auto status = json_of(call("status")).at("result");
  EXPECT_EQ(status.at("ready"), true);
  EXPECT_EQ(status.at("node"), "n1");
  EXPECT_EQ(status.at("sessions"), 3);
  auto list = json_of(call("entity.list", R"({"limit":1})")).at("result");
  ASSERT_EQ(list.at("entities").as_array().size(), 1u);
  EXPECT_EQ(list.at("entities").as_array()[0].at("kind"), "user");
  EXPECT_EQ(list.at("entities").as_array()[0].at("idle_ms"), 12);
  auto letters = json_of(call("dead_letter.list")).at("result");
  auto& letter = letters.at("dead_letters").as_array().at(0);
  EXPECT_EQ(letter.at("shard"), 3);
  EXPECT_EQ(letter.at("entity"), "user:bob");
  EXPECT_EQ(letter.at("bytes"), 2);
  auto trace = call("trace", R"({"conversation":")" + room + R"(","seq":5})");
  EXPECT_EQ(json_of(trace).at("result").at("committed_us"), 200);
  EXPECT_EQ(json_of(trace).at("result").at("sessions").as_array().size(), 1u);
  EXPECT_EQ(
    error_of(call("trace", R"({"conversation":")" + room + R"(","seq":6})")),
    404);
  EXPECT_NE(json_of(call("config.show")).at("result").at("yaml"), "");
  EXPECT_EQ(json_of(call("keys.rotate")).at("result").at("kid"), "kid-2");
}

TEST_F(admin_test, says_who_is_there) {
  auto seen = json_of(call("presence.show", R"({"user":"bob"})")).at("result");
  EXPECT_EQ(boost::json::serialize(seen),
            R"({"user":"bob","status":"busy","nodes":[1,3],"stale":true,)"
            R"("shared":true})");
  EXPECT_EQ(error_of(call("presence.show")), -32602);
  auto all = json_of(call("presence.nodes")).at("result");
  EXPECT_EQ(boost::json::serialize(all.at("nodes")),
            R"([{"node":3,"name":"n3","users":7,"sessions":9,"since":1000,)"
            R"("asserting":true}])");
}

TEST_F(admin_test, asks_entities_as_an_operator) {
  replies = {actors::inspection{{{"sessions", "2"}}}};
  auto shown = call("user.show", R"({"user":"bob"})");
  EXPECT_EQ(json_of(shown).at("result").at("sessions"), "2");
  replies = {actors::done{}};
  EXPECT_EQ(call("user.ban", R"({"user":"bob","reason":"spam"})").result_int(),
            200u);
  EXPECT_EQ(port.last<actors::sanction>().until, -1);
  EXPECT_EQ(port.last<actors::sanction>().reason, "spam");
  call("user.unban", R"({"user":"bob"})");
  EXPECT_EQ(port.last<actors::sanction>().until, 0);
  call("user.mute", R"({"user":"bob","until_ts":4102444800000,"by":"olga"})");
  EXPECT_EQ(port.last<actors::sanction>().kind, actors::sanction_kind::mute);
  EXPECT_EQ(port.last<actors::sanction>().until, 4102444800000);
  EXPECT_EQ(port.last<actors::sanction>().by, "olga");
  EXPECT_EQ(error_of(call("user.ban", R"({"user":"bob","until_ts":0})")),
            -32602);
  call("user.logout", R"({"user":"bob"})");
  port.last<actors::sign_out_everywhere>();
  replies = {actors::conversation_details{}};
  EXPECT_EQ(call("conversation.show", R"({"conversation":")" + room + "\"}")
              .result_int(),
            200u);
}

TEST_F(admin_test, tails_from_the_end_unless_told_where) {
  actors::conversation_details details;
  details.summary.last_seq = 50;
  replies = {details, actors::events_page{}};
  auto got = call("conversation.tail",
                  R"({"conversation":")" + room + R"(","limit":10})");
  EXPECT_EQ(got.result_int(), 200u) << got.body();
  EXPECT_EQ(port.last<actors::read_events>().after, 40u);
  replies = {actors::events_page{}};
  call("conversation.tail", R"({"conversation":")" + room + R"(","after":50})");
  EXPECT_EQ(port.last<actors::read_events>().after, 50u);
}

TEST_F(admin_test, names_what_is_wrong_with_a_call) {
  EXPECT_EQ(error_of(call("no.such")), -32601);
  EXPECT_EQ(error_of(call("status", "[]")), -32602);
  EXPECT_EQ(json_of(call("user.show")).at("error").at("data").at("field"),
            "user");
  EXPECT_EQ(json_of(call("trace", R"({"conversation":")" + room + "\"}"))
              .at("error")
              .at("data")
              .at("field"),
            "seq");
  auto empty
    = listener.send(api, make_request(verb::post, "/v1/admin", token, "{}"));
  EXPECT_EQ(json_of(empty).at("error").at("data").at("field"), "method");
}

} // namespace
} // namespace parley::net
