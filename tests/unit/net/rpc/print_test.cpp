#include "net/rpc/print.hpp"
#include "net/rpc/results.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace parley::net::rpc {
namespace {

namespace json = boost::json;

const user_id alice{"alice"};
const user_id bob{"bob"};
const conversation_id room{"g.00000000000000000000000001"};

json::value parsed(const std::string& text) {
  json::error_code ec;
  auto out = json::parse({text.data(), text.size()}, ec);
  EXPECT_FALSE(ec) << text;
  return out;
}

// Compares as values, so that the order of members does not matter.
void expect_json(const std::string& is, const std::string& wanted) {
  EXPECT_EQ(parsed(is), parsed(wanted)) << is;
}

std::string result_of(void (*write)(std::string&, const actors::reply&),
                      const actors::reply& what) {
  std::string out;
  write(out, what);
  return out;
}

actors::message message() {
  actors::message out{room, 7, {}};
  out.content.sender = alice;
  out.content.client_id = client_id{"c1"};
  out.content.ts = 1000;
  out.content.type = "text";
  out.content.text = "a \"quoted\"\n\tline \x01 \xc3\xa9";
  return out;
}

const std::string message_json
  = R"({"conversation":"g.00000000000000000000000001","seq":7,"sender":"alice",
        "client_id":"c1","ts":1000,"type":"text",
        "text":"a \"quoted\"\n\tline \u0001 é"})";

actors::log_event event(storage::event_kind kind) {
  actors::log_event out{room, 9, {}, {}};
  out.content.kind = kind;
  out.content.by = bob;
  out.content.ts = 2000;
  return out;
}

// The params of the event, which must have that name.
std::string params_of(const actors::conversation_event& what,
                      std::string_view name) {
  auto whole = parsed(notification(what)).as_object();
  EXPECT_EQ(whole.at("jsonrpc"), "2.0");
  EXPECT_EQ(whole.at("method"),
            json::value(json::string_view{name.data(), name.size()}));
  auto out = json::serialize(whole.at("params"));
  return {out.data(), out.size()};
}

TEST(print_test, responses) {
  expect_json(
    response("\"a\"", *find_method("message.edit"), actors::changed{5}),
    R"({"jsonrpc":"2.0","id":"a","result":{"seq":5}})");
  expect_json(response("3", R"({"server_ts":1})"),
              R"({"jsonrpc":"2.0","id":3,"result":{"server_ts":1}})");
  expect_json(
    error_response("null", error{errc::rate_limited, "slow down", "", 250}),
    R"({"jsonrpc":"2.0","id":null,"error":{"code":429,"message":"rate_limited",
        "data":{"detail":"slow down","retry_after_ms":250}}})");
}

TEST(print_test, every_error_has_its_code_and_name) {
  struct row {
    errc code;
    int number;
    std::string_view name;
    unsigned status;
  };
  for (const auto& [code, number, name, status] : {
         row{errc::parse_error, -32700, "Parse error", 400},
         row{errc::invalid_request, -32600, "Invalid Request", 400},
         row{errc::method_not_found, -32601, "Method not found", 404},
         row{errc::bad_params, -32602, "Invalid params", 400},
         row{errc::internal, -32603, "Internal error", 500},
         row{errc::unauthenticated, 401, "unauthenticated", 401},
         row{errc::forbidden, 403, "forbidden", 403},
         row{errc::not_found, 404, "not_found", 404},
         row{errc::conflict, 409, "conflict", 409},
         row{errc::too_large, 413, "too_large", 413},
         row{errc::rate_limited, 429, "rate_limited", 429},
         row{errc::unavailable, 503, "unavailable", 503},
       }) {
    EXPECT_EQ(wire_code_of(code).code, number);
    EXPECT_EQ(wire_code_of(code).name, name);
    EXPECT_EQ(wire_code_of(code).http_status, status);
  }
}

TEST(print_test, what_failed_inside_is_not_told) {
  std::string out;
  write_error(out, error{errc::io_failed, "/secret/path"});
  expect_json(out, R"({"code":-32603,"message":"Internal error",
                       "data":{"detail":"Internal error"}})");
}

TEST(print_test, an_error_names_its_field) {
  std::string out;
  write_error(out, error{errc::bad_params, "missing", "seq"});
  expect_json(out, R"({"code":-32602,"message":"Invalid params",
                       "data":{"detail":"missing","field":"seq"}})");
}

TEST(print_test, a_message) {
  expect_json(params_of(message(), "event.message"), message_json);
}

TEST(print_test, a_message_with_everything) {
  auto what = message();
  what.content.text = "x";
  what.content.attachments = R"([{"url":"u"}])";
  what.content.reply_to = 2;
  what.content.mentions = {bob};
  what.content.edited_ts = 1500;
  what.content.reactions = {{"👍", 2}, {"x\"", 1}};
  expect_json(
    params_of(what, "event.message"),
    R"({"conversation":"g.00000000000000000000000001","seq":7,"sender":"alice",
        "client_id":"c1","ts":1000,"type":"text","text":"x",
        "attachments":[{"url":"u"}],"reply_to":2,"mentions":["bob"],
        "edited_ts":1500,"reactions":{"👍":2,"x\"":1}})");
}

TEST(print_test, nothing_is_left_of_a_deleted_message) {
  auto what = message();
  what.content.deleted = true;
  what.content.attachments = R"([{"url":"u"}])";
  what.content.edited_ts = 5;
  expect_json(
    params_of(what, "event.message"),
    R"({"conversation":"g.00000000000000000000000001","seq":7,"sender":"alice",
        "ts":1000,"deleted":true})");
}

TEST(print_test, changes_of_a_message) {
  auto edited = event(storage::event_kind::edited);
  edited.content.target = 7;
  edited.text = "new";
  expect_json(params_of(edited, "event.edited"),
              R"({"conversation":"g.00000000000000000000000001","seq":9,
                  "target":7,"text":"new","by":"bob","edited_ts":2000})");
  auto deleted = event(storage::event_kind::deleted);
  deleted.content.target = 7;
  expect_json(params_of(deleted, "event.deleted"),
              R"({"conversation":"g.00000000000000000000000001","seq":9,
                  "target":7,"by":"bob","ts":2000})");
  auto reaction = event(storage::event_kind::reaction);
  reaction.content.target = 7;
  reaction.content.value = "👍";
  reaction.content.removed = true;
  expect_json(params_of(reaction, "event.reaction"),
              R"({"conversation":"g.00000000000000000000000001","seq":9,
                  "target":7,"emoji":"👍","removed":true,"by":"bob",
                  "ts":2000})");
}

TEST(print_test, changes_of_a_conversation) {
  auto created = event(storage::event_kind::created);
  created.content.value = "T";
  created.content.users = {alice, bob};
  expect_json(params_of(created, "event.conversation"),
              R"({"conversation":"g.00000000000000000000000001","seq":9,
                  "change":"created","users":["alice","bob"],"title":"T",
                  "by":"bob","ts":2000})");
  auto role = event(storage::event_kind::role);
  role.content.role = storage::member_role::admin;
  role.content.users = {alice};
  expect_json(params_of(role, "event.conversation"),
              R"({"conversation":"g.00000000000000000000000001","seq":9,
                  "change":"role","users":["alice"],"role":"admin",
                  "by":"bob","ts":2000})");
  for (auto [kind, name] : {std::pair{storage::event_kind::updated, "updated"},
                            {storage::event_kind::joined, "joined"},
                            {storage::event_kind::left, "left"}})
    EXPECT_EQ(parsed(params_of(event(kind), "event.conversation"))
                .as_object()
                .at("change"),
              name);
}

TEST(print_test, what_is_not_durable) {
  expect_json(params_of(actors::receipt{room, bob, 0, 4}, "event.receipt"),
              R"({"conversation":"g.00000000000000000000000001","user":"bob",
                  "read_seq":4})");
  expect_json(params_of(actors::read_count{room, 4, 120}, "event.receipt"),
              R"({"conversation":"g.00000000000000000000000001","seq":4,
                  "read_by":120})");
  expect_json(params_of(actors::typing{room, bob, true}, "event.typing"),
              R"({"conversation":"g.00000000000000000000000001","user":"bob",
                  "on":true})");
  expect_json(gap_notification(room, 12),
              R"({"jsonrpc":"2.0","method":"event.gap","params":{
                  "conversation":"g.00000000000000000000000001",
                  "last_seq":12}})");
  expect_json(goaway_notification(800, {}),
              R"({"jsonrpc":"2.0","method":"event.goaway","params":{
                  "reconnect_after_ms":800}})");
  expect_json(goaway_notification(5, "wss://n2/v1/ws"),
              R"({"jsonrpc":"2.0","method":"event.goaway","params":{
                  "reconnect_after_ms":5,"url":"wss://n2/v1/ws"}})");
}

TEST(print_test, nobody_is_seen_to_be_invisible) {
  actors::presence_view what{bob, actors::presence_status::invisible, 50, "x"};
  expect_json(notification(what),
              R"({"jsonrpc":"2.0","method":"event.presence","params":{
                  "user":"bob","status":"offline","last_seen":50}})");
}

TEST(print_test, results_of_messages) {
  expect_json(result_of(write_done, actors::done{}), "{}");
  expect_json(result_of(write_sent, actors::sent{room, 3, 9, true}),
              R"({"conversation":"g.00000000000000000000000001","seq":3,"ts":9,
                  "duplicate":true})");
  expect_json(result_of(write_history, actors::history_page{{message()}, true}),
              R"({"messages":[)" + message_json + R"(],"has_more":true})");
}

TEST(print_test, sync_pages_hold_events_as_they_would_have_been_pushed) {
  actors::events_page page{room, {message(), event({})}, false};
  auto& deleted = std::get<actors::log_event>(page.events[1]);
  deleted.content.kind = storage::event_kind::deleted;
  deleted.content.target = 7;
  expect_json(
    result_of(write_sync, actors::sync_result{{page}, {}}),
    R"({"conversations":[{"id":"g.00000000000000000000000001","events":[
        {"method":"event.message","params":)"
      + message_json + R"(},{"method":"event.deleted","params":{
        "conversation":"g.00000000000000000000000001","seq":9,"target":7,
        "by":"bob","ts":2000}}],"has_more":false}],"new":[]})");
}

TEST(print_test, results_of_conversations) {
  actors::conversation_summary summary;
  summary.id = room;
  summary.title = "T";
  summary.created_at = 1;
  summary.last_seq = 7;
  summary.last_message = message();
  summary.unread = 2;
  summary.member_count = 3;
  const auto json = R"({"id":"g.00000000000000000000000001","kind":"group",
    "title":"T","public":false,"created_at":1,"last_seq":7,"last_message":)"
                    + message_json
                    + R"(,"unread":2,"read_seq":0,"member_count":3})";
  expect_json(result_of(write_conversation, summary),
              R"({"conversation":)" + json + "}");
  expect_json(result_of(write_conversations,
                        actors::conversation_list{{summary}, "next"}),
              R"({"conversations":[)" + json + R"(],"cursor":"next"})");
  actors::conversation_details details{
    summary, {{bob, storage::member_role::owner, 1, 2, 3}}, bob};
  expect_json(result_of(write_details, details),
              R"({"conversation":)" + json
                + R"(,"members":[{"user":"bob","role":"owner","joined_at":1,
                     "read_seq":2,"delivered_seq":3}],
                     "members_cursor":"bob"})");
}

TEST(print_test, results_about_users) {
  actors::profile user{bob, "Bob", "", 5, false};
  const std::string json
    = R"({"id":"bob","display_name":"Bob","created_at":5,"guest":false})";
  expect_json(result_of(write_user, user), R"({"user":)" + json + "}");
  expect_json(result_of(write_users, actors::user_list{{user}}),
              R"({"users":[)" + json + "]}");
  expect_json(result_of(write_contacts, actors::contact_list{{user}}),
              R"({"contacts":[)" + json + "]}");
  expect_json(result_of(write_presences,
                        actors::presence_list{
                          {{bob, actors::presence_status::away, 0, "brb"}}}),
              R"({"presences":[{"user":"bob","status":"away","text":"brb"}]})");
  expect_json(result_of(write_inspection, actors::inspection{{{"a", "1"}}}),
              R"({"a":"1"})");
}

TEST(print_test, strings_come_back_as_they_were) {
  std::string all;
  for (int c = 1; c < 0x80; ++c)
    all += static_cast<char>(c);
  all += "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80";
  all += '\0';
  std::string out;
  write_string(out, all);
  auto back = parsed(out).as_string();
  EXPECT_EQ(std::string_view(back.data(), back.size()), all);
}

} // namespace
} // namespace parley::net::rpc
