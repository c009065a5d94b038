#include "base/limits.hpp"
#include "net/rpc/method_table.hpp"
#include "net/rpc/session_params.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace parley::net::rpc {
namespace {

namespace json = boost::json;
using cluster::entity_kind;

const user_id alice{"alice"};
const user_id bob{"bob"};
const std::string group = "g.00000000000000000000000001";
const std::string match = "m.00000000000000000000000001";

context member() {
  return {alice, false, 1'700'000'000'000, 1, 2};
}

context guest() {
  return {user_id{"guest-abcdefghjkmn"}, true, 1'700'000'000'000, 1, 2};
}

// `G` stands for a group's id and `M` for a match's.
json::object object(std::string text) {
  for (const auto& [from, to] : {std::pair{"\"G\"", group}, {"\"M\"", match}})
    for (std::size_t at; (at = text.find(from)) != std::string::npos;)
      text.replace(at + 1, 1, to);
  return json::parse({text.data(), text.size()}).as_object();
}

result<target> prepare(std::string_view name, const json::object& params,
                       const context& with = member()) {
  const auto* found = find_method(name);
  EXPECT_NE(found, nullptr) << name;
  EXPECT_NE(found->prepare, nullptr) << name;
  return found->prepare(params, with);
}

result<target> prepare(std::string_view name, const std::string& params,
                       const context& with = member()) {
  return prepare(name, object(params), with);
}

template <class Command>
Command conversation_body(std::string_view name, const std::string& params) {
  auto made = prepare(name, params);
  EXPECT_TRUE(made) << name << params;
  return std::get<Command>(
    std::get<actors::conversation_command>(made->command));
}

template <class Command>
Command user_body(std::string_view name, const std::string& params) {
  auto made = prepare(name, params);
  EXPECT_TRUE(made) << name << params;
  return std::get<Command>(std::get<actors::user_command>(made->command));
}

struct fault_case {
  std::string_view method;
  std::string params;
  std::string field;
  errc code = errc::bad_params;
};

void expect_faults(const std::vector<fault_case>& cases) {
  for (const auto& each : cases) {
    auto made = prepare(each.method, each.params);
    auto text = std::string{each.method} + " " + each.params.substr(0, 200);
    ASSERT_FALSE(made) << text;
    EXPECT_EQ(made.error().code, each.code) << text;
    EXPECT_EQ(made.error().field, each.field) << text;
    EXPECT_NE(made.error().detail, "") << text;
  }
}

std::string list_of(std::size_t count, std::string_view element) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i)
    out.append(i > 0 ? "," : "").append(element);
  return out + "]";
}

TEST(methods_test, are_those_of_the_protocol_in_order) {
  EXPECT_EQ(methods().size(), 42u);
  for (std::size_t i = 1; i < methods().size(); ++i)
    EXPECT_LT(methods()[i - 1].name, methods()[i].name);
  for (const auto& each : methods())
    EXPECT_EQ(find_method(each.name), &each);
  EXPECT_EQ(find_method(""), nullptr);
}

TEST(methods_test, send_to_a_conversation) {
  auto made = prepare("message.send", R"({"conversation":"G","client_id":"c 1",
    "text":"hé","reply_to":3,"mentions":["bob","bob"],"unknown":[1]})");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->entity.kind, entity_kind::conversation);
  EXPECT_EQ(made->entity.name.view(), group);
  const auto& what = std::get<actors::send_message>(
    std::get<actors::conversation_command>(made->command));
  EXPECT_EQ(what.client_id.view(), "c 1");
  EXPECT_EQ(what.type, "text");
  EXPECT_EQ(what.text, "hé");
  EXPECT_EQ(what.reply_to, 3u);
  EXPECT_EQ(what.mentions, std::vector{bob});
  EXPECT_TRUE(what.to.empty());
}

TEST(methods_test, send_to_a_user_goes_to_the_direct_conversation) {
  auto made
    = prepare("message.send", R"({"to":"bob","client_id":"1","text":"x"})");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->entity.name.view(), direct_conversation(bob, alice).view());
  EXPECT_EQ(std::get<actors::send_message>(
              std::get<actors::conversation_command>(made->command))
              .to,
            bob);
}

TEST(methods_test, send_keeps_attachments_as_json) {
  auto what = conversation_body<actors::send_message>(
    "message.send",
    R"({"conversation":"G","client_id":"1","text":"","type":"file.v2",
        "attachments":[{"url":"u","n":[1,2]},{}]})");
  EXPECT_EQ(what.attachments, R"([{"url":"u","n":[1,2]},{}])");
  EXPECT_EQ(what.text, "");
  EXPECT_EQ(what.type, "file.v2");
}

TEST(methods_test, send_refuses) {
  const std::string ok = R"({"conversation":"G","client_id":"1","text":"x")";
  const std::string empty = R"({"conversation":"G","client_id":"1")";
  auto long_text = std::string(limits::text_bytes_max + 1, 'x');
  expect_faults({
    {"message.send", "{}", "conversation"},
    {"message.send", R"({"client_id":"1","text":"x"})", "conversation"},
    {"message.send", R"({"conversation":"g.x","client_id":"1","text":"x"})",
     "conversation"},
    {"message.send", R"({"conversation":5,"client_id":"1","text":"x"})",
     "conversation"},
    {"message.send", ok + R"(,"to":"bob"})", "conversation"},
    {"message.send", R"({"to":"B","client_id":"1","text":"x"})", "to"},
    {"message.send", R"({"to":"alice","client_id":"1","text":"x"})", "to"},
    {"message.send", R"({"conversation":"G","text":"x"})", "client_id"},
    {"message.send", R"({"conversation":"G","client_id":"","text":"x"})",
     "client_id"},
    {"message.send", R"({"conversation":"G","client_id":"a\nb","text":"x"})",
     "client_id"},
    {"message.send",
     R"({"conversation":"G","text":"x","client_id":")" + std::string(65, 'x')
       + "\"}",
     "client_id"},
    {"message.send", empty + "}", "text"},
    {"message.send", empty + R"(,"text":""})", "text"},
    {"message.send", empty + R"(,"text":7})", "text"},
    {"message.send", empty + R"(,"text":")" + long_text + "\"}", "text",
     errc::too_large},
    {"message.send", ok + R"(,"type":"Text"})", "type"},
    {"message.send", ok + R"(,"type":""})", "type"},
    {"message.send", ok + R"(,"attachments":{}})", "attachments"},
    {"message.send", ok + R"(,"attachments":[1]})", "attachments"},
    {"message.send", ok + R"(,"attachments":[{"a":[{"b":1e999}]}]})",
     "attachments"},
    {"message.send",
     ok + R"(,"attachments":)" + list_of(limits::attachments_max + 1, "{}")
       + "}",
     "attachments", errc::too_large},
    {"message.send",
     ok + R"(,"attachments":[{"a":")"
       + std::string(limits::attachment_bytes_max, 'x') + "\"}]}",
     "attachments", errc::too_large},
    {"message.send", empty + R"(,"attachments":[]})", "text"},
    {"message.send", ok + R"(,"reply_to":0})", "reply_to"},
    {"message.send", ok + R"(,"reply_to":"1"})", "reply_to"},
    {"message.send", ok + R"(,"mentions":"bob"})", "mentions"},
    {"message.send", ok + R"(,"mentions":["B!"]})", "mentions"},
    {"message.send",
     ok + R"(,"mentions":)" + list_of(limits::mentions_max + 1, "\"bob\"")
       + "}",
     "mentions"},
  });
}

TEST(methods_test, text_may_be_as_long_as_its_limit) {
  auto text = std::string(limits::text_bytes_max, 'x');
  EXPECT_EQ(
    conversation_body<actors::edit_message>(
      "message.edit", R"({"conversation":"G","seq":2,"text":")" + text + "\"}")
      .text,
    text);
}

TEST(methods_test, positions_are_integers_from_one) {
  std::vector<fault_case> cases;
  for (std::string_view name :
       {"message.edit", "message.delete", "message.react", "message.read",
        "message.delivered"})
    for (std::string bad : {"0", "-1", "1.5", "\"1\"", "null", "true",
                            "18446744073709551615", "1e300"})
      cases.push_back(
        {name,
         R"({"conversation":"G","text":"x","emoji":":x:","seq":)" + bad + "}",
         "seq"});
  expect_faults(cases);
}

TEST(methods_test, changes_of_messages) {
  EXPECT_EQ(conversation_body<actors::delete_message>(
              "message.delete", R"({"conversation":"G","seq":9})")
              .target,
            9u);
  auto reaction = conversation_body<actors::react>(
    "message.react",
    R"({"conversation":"G","seq":9,"emoji":"👍","remove":true})");
  EXPECT_EQ(reaction.emoji, "👍");
  EXPECT_TRUE(reaction.remove);
  auto read = conversation_body<actors::mark>(
    "message.read", R"({"conversation":"G","seq":4})");
  EXPECT_TRUE(read.read);
  EXPECT_EQ(read.at, 4u);
  EXPECT_FALSE(conversation_body<actors::mark>(
                 "message.delivered", R"({"conversation":"G","seq":4})")
                 .read);
  EXPECT_TRUE(conversation_body<actors::set_typing>(
                "typing.set", R"({"conversation":"G","on":true})")
                .on);
  auto reacting = [](std::string emoji) {
    return R"({"conversation":"G","seq":1,"emoji":)" + emoji + "}";
  };
  expect_faults({
    {"message.edit", R"({"conversation":"G","seq":1})", "text"},
    {"message.edit", R"({"conversation":"G","seq":1,"text":""})", "text"},
    {"message.react", reacting("\"\""), "emoji"},
    {"message.react", reacting("\"" + std::string(65, 'x') + "\""), "emoji"},
    {"message.react", reacting("3"), "emoji"},
    {"message.react", reacting("\":x:\",\"remove\":1"), "remove"},
    {"typing.set", R"({"conversation":"G"})", "on"},
    {"typing.set", R"({"conversation":"G","on":"yes"})", "on"},
    {"typing.set", R"({"on":true})", "conversation"},
  });
}

TEST(methods_test, history_pages) {
  auto newest = conversation_body<actors::read_history>(
    "message.history", R"({"conversation":"G"})");
  EXPECT_EQ(newest.limit, limits::page_default);
  EXPECT_EQ(newest.before, 0u);
  EXPECT_FALSE(newest.after);
  auto oldest = conversation_body<actors::read_history>(
    "message.history", R"({"conversation":"G","after":0,"limit":100000})");
  EXPECT_EQ(oldest.after, 0u);
  EXPECT_EQ(oldest.limit, limits::page_max);
  expect_faults({
    {"message.history", R"({"conversation":"G","before":1,"after":1})",
     "after"},
    {"message.history", R"({"conversation":"G","before":0})", "before"},
    {"message.history", R"({"conversation":"G","after":-1})", "after"},
    {"message.history", R"({"conversation":"G","limit":0})", "limit"},
    {"message.history", R"({"conversation":"G","limit":"9"})", "limit"},
    {"message.history", "{}", "conversation"},
  });
}

TEST(methods_test, sync_of_some_or_of_everything) {
  EXPECT_FALSE(user_body<actors::sync>("sync", "{}").seen);
  auto what
    = user_body<actors::sync>("sync", R"({"conversations":{"G":7,"M":0}})");
  ASSERT_TRUE(what.seen);
  ASSERT_EQ(what.seen->size(), 2u);
  EXPECT_EQ(what.seen->at(0).second, 7u);
  json::object many;
  for (std::size_t i = 0; i <= limits::sync_conversations_max; ++i) {
    auto id = ulid_conversation(conversation_kind::group, 1, 2, i);
    many[std::string{id.view()}] = 1;
  }
  auto made = prepare("sync", json::object{{"conversations", many}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().field, "conversations");
  expect_faults({
    {"sync", R"({"conversations":[]})", "conversations"},
    {"sync", R"({"conversations":{"x":1}})", "conversations"},
    {"sync", R"({"conversations":{"G":-1}})", "conversations"},
    {"sync", R"({"conversations":{"G":"1"}})", "conversations"},
    {"sync", R"({"limit":-5})", "limit"},
  });
}

TEST(methods_test, a_group_is_made_by_its_creator) {
  auto what = user_body<actors::start_group>(
    "conversation.create",
    R"({"kind":"group","title":"T","members":["bob","alice"],"client_id":"k",
        "public":true})");
  EXPECT_EQ(what.conversation, named_group(alice, "k"));
  EXPECT_EQ(what.group.title, "T");
  EXPECT_TRUE(what.group.is_public);
  EXPECT_EQ(what.group.members, std::vector{bob});
  auto nameless = user_body<actors::start_group>(
    "conversation.create", R"({"kind":"group","members":[]})");
  EXPECT_EQ(kind_of(nameless.conversation), conversation_kind::group);
  const std::string ok = R"({"kind":"group","members":[])";
  expect_faults({
    {"conversation.create", R"({"members":[]})", "kind"},
    {"conversation.create", R"({"kind":"direct","members":[]})", "kind"},
    {"conversation.create", R"({"kind":"group"})", "members"},
    {"conversation.create", R"({"kind":"group","members":[5]})", "members"},
    {"conversation.create", ok + R"(,"title":"a\u0000"})", "title"},
    {"conversation.create",
     ok + R"(,"title":")" + std::string(257, 'x') + "\"}", "title"},
    {"conversation.create", ok + R"(,"public":1})", "public"},
    {"conversation.create", ok + R"(,"client_id":""})", "client_id"},
    {"conversation.create",
     R"({"kind":"group","members":)"
       + list_of(limits::invite_users_max + 1, "\"bob\"") + "}",
     "members"},
  });
}

TEST(methods_test, conversations_are_shown_and_changed) {
  auto shown = conversation_body<actors::show_conversation>(
    "conversation.get", R"({"conversation":"G","members_after":"bob"})");
  EXPECT_EQ(shown.members_after, bob);
  EXPECT_EQ(shown.members_limit, limits::members_page_max);
  auto update = conversation_body<actors::update_group>(
    "conversation.update", R"({"conversation":"G","public":false})");
  EXPECT_FALSE(update.title);
  EXPECT_EQ(update.is_public, false);
  auto invited = user_body<actors::invite_users>(
    "conversation.invite", R"({"conversation":"G","users":["bob"]})");
  EXPECT_EQ(invited.conversation.view(), group);
  EXPECT_EQ(conversation_body<actors::set_role>(
              "conversation.set_role",
              R"({"conversation":"G","user":"bob","role":"admin"})")
              .role,
            storage::member_role::admin);
  user_body<actors::join_conversation>("conversation.join",
                                       R"({"conversation":"G"})");
  conversation_body<actors::leave>("conversation.leave",
                                   R"({"conversation":"G"})");
  expect_faults({
    {"conversation.get", "{}", "conversation"},
    {"conversation.get", R"({"conversation":"G","members_limit":0})",
     "members_limit"},
    {"conversation.list", R"({"limit":0})", "limit"},
    {"conversation.list", R"({"cursor":4})", "cursor"},
    {"conversation.list",
     R"({"cursor":")" + std::string(limits::cursor_bytes_max + 1, 'x') + "\"}",
     "cursor"},
    {"conversation.update", R"({"conversation":"G"})", "title"},
    {"conversation.update", R"({"conversation":"G","title":""})", "title"},
    {"conversation.invite", R"({"conversation":"G","users":[]})", "users"},
    {"conversation.invite", R"({"conversation":"G"})", "users"},
    {"conversation.remove", R"({"conversation":"G"})", "user"},
    {"conversation.set_role", R"({"conversation":"G","user":"bob"})", "role"},
    {"conversation.set_role",
     R"({"conversation":"G","user":"bob","role":"owner"})", "role"},
    {"conversation.join", R"({"conversation":null})", "conversation"},
    {"conversation.leave", "{}", "conversation"},
    {"conversation.mute", R"({"conversation":"G","until_ts":"x"})", "until_ts"},
  });
}

TEST(methods_test, muting_is_for_good_until_a_time_or_over) {
  auto until = [](std::string more) {
    return conversation_body<actors::mute>(
             "conversation.mute", R"({"conversation":"G")" + more + "}")
      .until;
  };
  EXPECT_GT(until(""), 200'000'000'000'000);
  EXPECT_EQ(until(R"(,"until_ts":1800000000000)"), 1'800'000'000'000);
  EXPECT_EQ(until(R"(,"until_ts":1600000000000)"), 0);
  EXPECT_EQ(until(R"(,"until_ts":0)"), 0);
}

TEST(methods_test, signals) {
  auto what = conversation_body<actors::send_signal>(
    "signal.send",
    R"({"conversation":"G","to":"bob","kind":"candidate","data":{"a":[1]}})");
  EXPECT_EQ(what.to, bob);
  EXPECT_EQ(what.kind, actors::signal_kind::candidate);
  EXPECT_EQ(what.data, R"({"a":[1]})");
  what = conversation_body<actors::send_signal>(
    "signal.send", R"({"conversation":"G","kind":"ring"})");
  EXPECT_TRUE(what.to.empty());
  EXPECT_EQ(what.data, "null");

  auto data = [](std::size_t letters) {
    return R"({"conversation":"G","kind":"ring","data":")"
           + std::string(letters, 'x') + R"("})";
  };
  EXPECT_TRUE(prepare("signal.send", data(limits::signal_bytes_max - 2)));
  expect_faults({
    {"signal.send", data(limits::signal_bytes_max - 1), "data",
     errc::too_large},
    {"signal.send", R"({"conversation":"G","kind":"wave"})", "kind"},
    {"signal.send", R"({"conversation":"G"})", "kind"},
    {"signal.send", R"({"conversation":"G","kind":"ring","to":"B"})", "to"},
  });
}

TEST(methods_test, presence) {
  auto what = user_body<actors::set_presence>(
    "presence.set", R"({"status":"invisible","text":"gone"})");
  EXPECT_EQ(what.status, actors::presence_status::invisible);
  EXPECT_EQ(what.text, "gone");
  EXPECT_EQ(
    user_body<actors::gather_presence>("presence.watch", R"({"users":["bob"]})")
      .users,
    std::vector{bob});
  auto many = list_of(limits::presence_users_max + 1, "\"bob\"");
  expect_faults({
    {"presence.set", "{}", "status"},
    {"presence.set", R"({"status":"offline"})", "status"},
    {"presence.set",
     R"({"status":"away","text":")"
       + std::string(limits::status_text_bytes_max + 1, 'x') + "\"}",
     "text"},
    {"presence.get", "{}", "users"},
    {"presence.get", R"({"users":)" + many + "}", "users"},
    {"presence.watch", R"({"users":"bob"})", "users"},
  });
}

TEST(methods_test, users_and_contacts) {
  auto block = user_body<actors::set_block>("user.block", R"({"user":"bob"})");
  EXPECT_TRUE(block.on);
  EXPECT_FALSE(
    user_body<actors::set_contact>("contact.remove", R"({"user":"bob"})").on);
  auto shown = prepare("user.get", R"({"user":"bob"})");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->entity, cluster::key_of(bob));
  auto found = prepare("user.search", R"({"prefix":"BoB","limit":9000})");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->entity, cluster::directory_of("bob"));
  const auto& search = std::get<actors::search_handles>(
    std::get<actors::directory_command>(found->command));
  EXPECT_EQ(search.prefix, "bob");
  EXPECT_EQ(search.limit, limits::search_results_max);
  expect_faults({
    {"contact.add", "{}", "user"},
    {"contact.add", R"({"user":"alice"})", "user"},
    {"contact.remove", R"({"user":7})", "user"},
    {"user.block", R"({"user":"alice"})", "user"},
    {"user.unblock", "{}", "user"},
    {"user.get", R"({"user":"-"})", "user"},
    {"user.update", "{}", "display_name"},
    {"user.update", R"({"display_name":""})", "display_name"},
    {"user.update", R"({"avatar":"a\tb"})", "avatar"},
    {"user.search", "{}", "prefix"},
    {"user.search", R"({"prefix":"b"})", "prefix"},
    {"user.search", R"({"prefix":"b b"})", "prefix"},
    {"user.search", R"({"prefix":"bo","limit":0})", "limit"},
  });
}

TEST(methods_test, guests_talk_in_their_matches_and_nowhere_else) {
  const std::string most
    = R"("client_id":"1","text":"x","seq":1,"emoji":":x:","on":true,
         "user":"bob","users":["bob"],"members":[],"status":"away","self":{},
         "prefix":"bo","reason":"r","title":"t","role":"admin","display_name":"d","kind":)";
  for (const auto& each : methods()) {
    if (each.prepare == nullptr || !may_call(each, {.is_guest = true}))
      continue;
    auto all
      = most + (each.name == "signal.send" ? R"("ring"})" : R"("group"})");
    auto in_group
      = prepare(each.name, R"({"conversation":"G",)" + all, guest());
    auto in_match
      = prepare(each.name, R"({"conversation":"M",)" + all, guest());
    EXPECT_TRUE(in_match) << each.name;
    auto anywhere = each.name == "sync" || each.name == "user.get"
                    || each.name == "report.create"
                    || each.name.starts_with("match.");
    EXPECT_EQ(in_group.has_value(), anywhere) << each.name;
    auto why = in_group ? errc::forbidden : in_group.error().code;
    EXPECT_EQ(why, errc::forbidden) << each.name;
  }
  auto to_user = prepare("message.send",
                         R"({"to":"bob","client_id":"1","text":"x"})", guest());
  EXPECT_EQ(to_user.error().code, errc::forbidden);
}

TEST(methods_test, a_session_reads_its_own_params) {
  auto open = read_open(object(R"({"token":"t","device_id":"d"})"));
  ASSERT_TRUE(open);
  EXPECT_EQ(open->token, "t");
  EXPECT_EQ(open->device_id, "d");
  EXPECT_EQ(read_open({}).error().field, "token");
  EXPECT_EQ(read_open(object(R"({"token":"t","device_id":""})")).error().field,
            "device_id");
  EXPECT_EQ(read_unwatch({}).error().field, "users");
  EXPECT_EQ(*read_unwatch(object(R"({"users":["bob"]})")), std::vector{bob});
}

} // namespace
} // namespace parley::net::rpc
