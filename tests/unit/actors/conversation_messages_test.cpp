#include "base/limits.hpp"
#include "tests/unit/actors/conversation_fixture.hpp"

namespace parley::actors {
namespace {

class conversation_messages_test : public conversation_fixture {
protected:
  conversation_messages_test() {
    create({bob, carol});
  }
};

TEST_F(conversation_messages_test, gives_places_without_a_gap) {
  for (seq expected = 2; expected < 20; ++expected) {
    EXPECT_EQ(say(bob, "x"), expected);
    if (expected % 5 == 0)
      reload();
  }
}

TEST_F(conversation_messages_test,
       answers_a_repeated_client_id_with_its_place) {
  auto m = text("once");
  auto first = must<sent>(alice, m);
  EXPECT_FALSE(first.duplicate);
  say(bob, "between");
  auto again = run(alice, m);
  ASSERT_TRUE(again.answer);
  EXPECT_TRUE(again.writes.empty());
  EXPECT_TRUE(again.tell.empty());
  auto second = std::get<sent>(*again.answer);
  EXPECT_TRUE(second.duplicate);
  EXPECT_EQ(second.at, first.at);
  EXPECT_EQ(second.ts, first.ts);
  EXPECT_FALSE(must<sent>(bob, m).duplicate) << "unique per sender only";
}

TEST_F(conversation_messages_test, knows_a_client_id_after_a_reload) {
  auto m = text("once");
  auto first = must<sent>(alice, m);
  state.reset();
  files.reopen();
  reload();
  now += limits::dedup_retention_ms - 1;
  EXPECT_EQ(must<sent>(alice, m).at, first.at);
}

TEST_F(conversation_messages_test, forgets_a_client_id_after_seven_days) {
  auto m = text("once");
  auto first = must<sent>(alice, m);
  now += limits::dedup_retention_ms;
  auto second = must<sent>(alice, m);
  EXPECT_FALSE(second.duplicate);
  EXPECT_EQ(second.at, first.at + 1);
  EXPECT_TRUE(must<sent>(alice, m).duplicate);
}

TEST_F(conversation_messages_test, knows_a_client_id_before_it_is_committed) {
  auto m = text("once");
  auto first = std::get<sent>(*decide(alice, m).answer);
  decide(bob, text("other"));
  auto second = std::get<sent>(*decide(alice, m).answer);
  EXPECT_TRUE(second.duplicate);
  EXPECT_EQ(second.at, first.at);
}

TEST_F(conversation_messages_test, never_lets_time_go_back) {
  auto first = must<sent>(alice, text("a"));
  now -= 5000;
  auto second = must<sent>(alice, text("b"));
  EXPECT_GE(second.ts, first.ts);
  auto edited = must<changed>(alice, edit_message{second.at, "c"});
  reload();
  auto third = must<sent>(alice, text("d"));
  EXPECT_EQ(third.at, edited.at + 1);
  EXPECT_GE(third.ts, second.ts);
}

TEST_F(conversation_messages_test, tells_everybody_but_the_sending_session) {
  auto d = run(alice, text("hello"));
  ASSERT_EQ(d.tell.size(), 1u);
  EXPECT_EQ(d.tell[0].except, 7u);
  EXPECT_EQ(d.traced, 2u);
  EXPECT_EQ(std::get<message>(d.tell[0].what).content.text, "hello");
}

TEST_F(conversation_messages_test, refuses_strangers_and_what_is_not_there) {
  EXPECT_EQ(refusal(dave, text("x")), errc::not_found);
  EXPECT_EQ(refusal(alice, edit_message{99, "x"}), errc::not_found);
  EXPECT_EQ(refusal(alice, edit_message{1, "x"}), errc::not_found)
    << "an event is no message";
  EXPECT_EQ(refusal(alice, delete_message{99}), errc::not_found);
  EXPECT_EQ(refusal(alice, react{99, "+"}), errc::not_found);
  auto m = text("answer");
  m.reply_to = 99;
  EXPECT_EQ(refusal(alice, m), errc::not_found);
}

TEST_F(conversation_messages_test, keeps_only_mentions_of_members) {
  auto m = text("hi");
  m.mentions = {bob, dave};
  auto at = must<sent>(alice, m).at;
  EXPECT_EQ(only(bob, at).content.mentions, std::vector{bob});
}

TEST_F(conversation_messages_test, edits_own_messages_only) {
  auto at = say(bob, "teh");
  EXPECT_EQ(refusal(alice, edit_message{at, "the"}), errc::forbidden);
  now += 10;
  auto edited = run(bob, edit_message{at, "the"});
  EXPECT_EQ(std::get<changed>(*edited.answer).at, at + 1);
  auto& told = std::get<log_event>(edited.tell.at(0).what);
  EXPECT_EQ(told.content.target, at);
  EXPECT_EQ(told.text, "the");
  for (int i = 0; i < 2; ++i) {
    auto m = only(carol, at);
    EXPECT_EQ(m.content.text, "the");
    EXPECT_EQ(m.content.edited_ts, now);
    EXPECT_EQ(m.content.ordinal, 1u);
    reload();
  }
}

TEST_F(conversation_messages_test, leaves_no_text_of_a_deleted_message) {
  auto m = text("secret words");
  m.attachments = R"(["secret file"])";
  auto at = must<sent>(bob, m).at;
  run(bob, edit_message{at, "secret edit"});
  run(carol, react{at, "+"});
  EXPECT_EQ(refusal(carol, delete_message{at}), errc::forbidden);
  must<changed>(alice, delete_message{at}); // an admin may
  for (int i = 0; i < 2; ++i) {
    auto left = only(carol, at).content;
    EXPECT_TRUE(left.deleted);
    EXPECT_TRUE(left.text.empty());
    EXPECT_TRUE(left.attachments.empty());
    EXPECT_TRUE(left.reactions.empty());
    EXPECT_TRUE(look(carol).last_message->content.text.empty());
    for (auto& e : events(carol, 0).events)
      if (auto event = std::get_if<log_event>(&e)) {
        EXPECT_EQ(event->text, "");
      }
    reload();
  }
  EXPECT_EQ(refusal(bob, edit_message{at, "x"}), errc::conflict);
  EXPECT_EQ(refusal(bob, delete_message{at}), errc::conflict);
  EXPECT_EQ(refusal(bob, react{at, "+"}), errc::conflict);
}

TEST_F(conversation_messages_test, does_not_store_a_deleted_text_anywhere) {
  auto at = say(bob, "verysecret");
  run(bob, delete_message{at});
  auto seen = files.db().scan(storage::shard_range(1), [](auto, auto bytes) {
    EXPECT_EQ(bytes.find("verysecret"), std::string_view::npos);
    return true;
  });
  EXPECT_TRUE(seen);
}

TEST_F(conversation_messages_test, counts_reactions_of_each_user_once) {
  auto at = say(bob, "x");
  must<changed>(alice, react{at, "+"});
  must<changed>(bob, react{at, "+"});
  auto repeated = run(alice, react{at, "+"});
  EXPECT_TRUE(repeated.writes.empty());
  EXPECT_TRUE(repeated.tell.empty());
  must<changed>(carol, react{at, "-"});
  using counts = std::vector<storage::reaction_count>;
  EXPECT_EQ(only(bob, at).content.reactions, (counts{{"+", 2}, {"-", 1}}));
  reload();
  must<changed>(carol, react{at, "-", true});
  must<changed>(alice, react{at, "+", true});
  EXPECT_TRUE(run(carol, react{at, "-", true}).writes.empty());
  EXPECT_EQ(only(bob, at).content.reactions, (counts{{"+", 1}}));
}

TEST_F(conversation_messages_test, bounds_the_kinds_of_reaction) {
  auto at = say(bob, "x");
  for (std::size_t i = 0; i < limits::reaction_kinds_max; ++i)
    decide(alice, react{at, "e" + std::to_string(i)});
  commit();
  EXPECT_EQ(refusal(alice, react{at, "more"}), errc::too_large);
  must<changed>(bob, react{at, "e0"});
}

TEST_F(conversation_messages_test, decides_on_top_of_what_is_not_committed) {
  auto at = say(bob, "x");
  say(bob, "later"); // so that the first is not kept in memory
  decide(alice, react{at, "+"});
  EXPECT_TRUE(decide(alice, react{at, "+"}).writes.empty());
  decide(carol, react{at, "+"});
  decide(alice, react{at, "+", true});
  EXPECT_FALSE(decide(alice, react{at, "+"}).writes.empty());
  decide(bob, edit_message{at, "y"});
  EXPECT_TRUE(decide(bob, edit_message{at, "z"}).answer);
  decide(bob, delete_message{at});
  EXPECT_FALSE(decide(bob, edit_message{at, "zz"}).answer);
  commit();
  reload();
  EXPECT_TRUE(only(alice, at).content.deleted);
}

} // namespace
} // namespace parley::actors
