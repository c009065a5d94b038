#include "base/limits.hpp"
#include "tests/unit/actors/conversation_fixture.hpp"

#include <limits>

namespace parley::actors {
namespace {

using list = std::vector<seq>;

constexpr auto last_place = std::numeric_limits<seq>::max();

/// A group whose log is: 1 created, 2-4 messages, 5 an edit of 2, 6 a message,
/// 7 a reaction, 8 a message.
class conversation_reads_test : public conversation_fixture {
protected:
  conversation_reads_test() {
    create({bob});
    for (auto what : {"two", "three", "four"})
      say(bob, what);
    run(bob, edit_message{2, "zwei"});
    say(alice, "six");
    run(alice, react{3, "+"});
    say(alice, "eight");
  }
};

TEST_F(conversation_reads_test, pages_backwards_from_the_end) {
  auto page = history(bob, 0, {}, 3);
  EXPECT_EQ(places(page), (list{4, 6, 8}));
  EXPECT_TRUE(page.has_more);
  page = history(bob, 4, {}, 3);
  EXPECT_EQ(places(page), (list{2, 3}));
  EXPECT_FALSE(page.has_more);
  EXPECT_EQ(page.messages[0].content.text, "zwei");
  page = history(bob, 8, {}, 4);
  EXPECT_EQ(places(page), (list{2, 3, 4, 6}));
  EXPECT_FALSE(page.has_more) << "exactly what there was";
  EXPECT_TRUE(history(bob, 2).messages.empty());
  EXPECT_TRUE(history(bob, 1).messages.empty());
  EXPECT_EQ(places(history(bob, last_place)).size(), 5u);
}

TEST_F(conversation_reads_test, pages_forwards) {
  auto page = history(bob, 0, 0, 2);
  EXPECT_EQ(places(page), (list{2, 3}));
  EXPECT_TRUE(page.has_more);
  page = history(bob, 0, 4, 2);
  EXPECT_EQ(places(page), (list{6, 8}));
  EXPECT_FALSE(page.has_more);
  EXPECT_TRUE(history(bob, 0, 8).messages.empty());
  EXPECT_TRUE(history(bob, 0, last_place).messages.empty());
}

TEST_F(conversation_reads_test, merges_messages_and_events_at_every_limit) {
  const list all{1, 2, 3, 4, 5, 6, 7, 8};
  for (std::uint32_t limit = 1; limit < 10; ++limit) {
    list seen;
    seq after = 0;
    for (auto more = true; more;) {
      auto page = events(bob, after, limit);
      ASSERT_LE(page.events.size(), limit);
      ASSERT_FALSE(page.events.empty()) << "limit " << limit;
      for (auto at : places(page))
        seen.push_back(at);
      after = seen.back();
      more = page.has_more;
    }
    EXPECT_EQ(seen, all) << "limit " << limit;
  }
}

TEST_F(conversation_reads_test, shows_edits_as_they_are_now) {
  auto page = events(bob, 1);
  EXPECT_EQ(std::get<message>(page.events.at(0)).content.text, "zwei");
  EXPECT_EQ(std::get<log_event>(page.events.at(3)).text, "zwei");
}

TEST_F(conversation_reads_test, has_no_event_after_the_last) {
  EXPECT_TRUE(events(bob, 8).events.empty());
  EXPECT_TRUE(events(bob, last_place).events.empty());
}

TEST_F(conversation_reads_test, begins_after_what_was_read) {
  run(bob, mark{6, true});
  EXPECT_EQ(places(events(bob, {})), (list{7, 8}));
}

TEST_F(conversation_reads_test, hides_what_was_before_a_member_came) {
  must<changed>(alice, invite{{carol}}); // 9
  auto later = say(bob, "ten");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(places(history(carol)), list{later});
    EXPECT_FALSE(history(carol, 0, {}, 1).has_more);
    EXPECT_TRUE(history(carol, 6).messages.empty());
    EXPECT_EQ(places(history(carol, 0, 0)), list{later});
    EXPECT_TRUE(history(carol, 0, last_place).messages.empty());
    EXPECT_EQ(places(events(carol, 0)), (list{9, 10}));
    EXPECT_TRUE(events(carol, last_place).events.empty());
    reload();
  }
  EXPECT_EQ(refusal(carol, react{3, "+"}), errc::not_found);
  auto quote = text("quote");
  quote.reply_to = 3;
  EXPECT_EQ(refusal(carol, quote), errc::not_found);
}

TEST_F(conversation_reads_test, ends_a_page_early_by_bytes) {
  auto big = std::string(limits::text_bytes_max, 'x');
  for (int i = 0; i < 60; ++i)
    decide(alice, text(big));
  commit();
  auto page = history(bob, 0, 8, 200);
  EXPECT_TRUE(page.has_more);
  auto bytes = page.messages.size() * big.size();
  EXPECT_LE(bytes, limits::page_bytes_max + big.size());
  EXPECT_GT(bytes, limits::page_bytes_max / 2);
  list seen;
  seq after = 8;
  for (auto more = true; more;) {
    auto part = events(bob, after, 200);
    ASSERT_FALSE(part.events.empty());
    for (auto at : places(part))
      seen.push_back(at);
    after = seen.back();
    more = part.has_more;
  }
  ASSERT_EQ(seen.size(), 60u);
  for (seq i = 0; i < 60; ++i)
    EXPECT_EQ(seen[i], 9 + i);
}

TEST_F(conversation_reads_test, lists_members_in_pages) {
  must<changed>(alice, invite{{carol, dave}});
  auto first = must<conversation_details>(alice, show_conversation{{}, 3});
  ASSERT_EQ(first.members.size(), 3u);
  EXPECT_EQ(first.members_after, carol);
  EXPECT_EQ(first.members[0].role, storage::member_role::owner);
  auto rest = must<conversation_details>(alice, show_conversation{carol, 3});
  ASSERT_EQ(rest.members.size(), 1u);
  EXPECT_EQ(rest.members[0].user, dave);
  EXPECT_TRUE(rest.members_after.empty());
}

TEST_F(conversation_reads_test, shows_an_operator_everything) {
  asked operators{{{}, 0, true}, now, 0};
  auto details = state->decide(operators, show_conversation{{}, 10});
  ASSERT_TRUE(details.answer);
  EXPECT_EQ(std::get<conversation_details>(*details.answer).members.size(), 2u);
  auto all = state->decide(operators, read_events{3, 50});
  ASSERT_TRUE(all.answer);
  EXPECT_EQ(std::get<events_page>(*all.answer).events.size(), 5u);
}

TEST_F(conversation_reads_test, shows_nothing_to_strangers) {
  EXPECT_EQ(refusal(carol, read_history{0, {}, 10}), errc::not_found);
  EXPECT_EQ(refusal(carol, read_events{0, 10}), errc::not_found);
  EXPECT_EQ(refusal(carol, summarise{}), errc::not_found);
  EXPECT_EQ(refusal(carol, show_conversation{{}, 5}), errc::not_found);
}

TEST_F(conversation_reads_test, announces_where_it_ends) {
  auto d = decide({}, announce_position{});
  EXPECT_TRUE(d.writes.empty());
  ASSERT_EQ(d.tell.size(), 1u);
  EXPECT_EQ(d.tell[0].conversation, id);
  EXPECT_EQ(d.tell[0].except, 0u);
  auto& told = std::get<position>(d.tell[0].what);
  EXPECT_EQ(told.at, 8u);
  EXPECT_EQ(told.ts, now);
}

TEST_F(conversation_reads_test, keeps_its_end_from_those_who_have_just_left) {
  run(alice, remove_member{bob});
  auto d = decide({}, announce_position{});
  ASSERT_EQ(d.tell.size(), 1u);
  EXPECT_EQ(d.tell[0].hidden, (std::vector<user_id>{bob}));
}

} // namespace
} // namespace parley::actors
