#include "base/limits.hpp"
#include "tests/unit/actors/conversation_fixture.hpp"

namespace parley::actors {
namespace {

class conversation_ephemeral_test : public conversation_fixture {
protected:
  conversation_ephemeral_test() {
    create({bob, carol});
  }

  static std::vector<receipt> receipts(const decision& d) {
    std::vector<receipt> all;
    for (auto& p : d.tell)
      if (auto r = std::get_if<receipt>(&p.what))
        all.push_back(*r);
    return all;
  }
};

TEST_F(conversation_ephemeral_test, tells_typing_once_until_it_ends) {
  auto on = run(bob, set_typing{true});
  ASSERT_EQ(on.tell.size(), 1u);
  EXPECT_TRUE(on.writes.empty());
  EXPECT_EQ(on.tell[0].except_user, bob);
  EXPECT_TRUE(std::get<typing>(on.tell[0].what).on);
  EXPECT_TRUE(run(bob, set_typing{true}).tell.empty());
  auto off = run(bob, set_typing{false});
  ASSERT_EQ(off.tell.size(), 1u);
  EXPECT_FALSE(std::get<typing>(off.tell[0].what).on);
  EXPECT_TRUE(run(bob, set_typing{false}).tell.empty());
  EXPECT_EQ(refusal(dave, set_typing{true}), errc::not_found);
}

TEST_F(conversation_ephemeral_test, lets_typing_expire) {
  EXPECT_FALSE(state->typing_until());
  run(bob, set_typing{true});
  now += 1000;
  run(carol, set_typing{true});
  EXPECT_EQ(state->typing_until(), now - 1000 + limits::typing_ttl_ms);
  EXPECT_TRUE(state->expire_typing(now).tell.empty());
  now += limits::typing_ttl_ms - 1000;
  auto over = state->expire_typing(now);
  ASSERT_EQ(over.tell.size(), 1u);
  EXPECT_EQ(std::get<typing>(over.tell[0].what).user, bob);
  now += 1000;
  EXPECT_EQ(state->expire_typing(now).tell.size(), 1u);
  EXPECT_FALSE(state->typing_until());
}

TEST_F(conversation_ephemeral_test, keeps_typing_that_is_repeated) {
  run(bob, set_typing{true});
  now += limits::typing_ttl_ms - 1;
  run(bob, set_typing{true});
  now += 1;
  EXPECT_TRUE(state->expire_typing(now).tell.empty());
}

TEST_F(conversation_ephemeral_test, takes_typing_back_with_the_message) {
  run(bob, set_typing{true});
  auto d = run(bob, text("done"));
  ASSERT_EQ(d.tell.size(), 2u);
  EXPECT_FALSE(std::get<typing>(d.tell[0].what).on);
  EXPECT_TRUE(std::holds_alternative<message>(d.tell[1].what));
}

TEST_F(conversation_ephemeral_test, coalesces_receipts_of_a_member) {
  for (int i = 0; i < 4; ++i)
    say(alice, "x"); // 2 to 5
  EXPECT_FALSE(state->receipts_wait());
  EXPECT_TRUE(run(bob, mark{3, false}).tell.empty());
  run(bob, mark{3, true});
  run(bob, mark{5, false});
  run(carol, mark{4, false});
  EXPECT_TRUE(state->receipts_wait());
  auto told = receipts(state->flush_receipts());
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].user, bob);
  EXPECT_EQ(told[0].delivered_seq, 5u);
  EXPECT_EQ(told[0].read_seq, 3u);
  EXPECT_EQ(told[1].delivered_seq, 4u);
  EXPECT_EQ(told[1].read_seq, 0u) << "not read, so nothing is said of it";
  EXPECT_FALSE(state->receipts_wait());
}

TEST_F(conversation_ephemeral_test, counts_readers_of_large_conversations) {
  std::vector<user_id> many;
  for (int i = 0; i < 97; ++i)
    many.emplace_back("user" + std::to_string(i));
  must<changed>(alice, invite{many});
  EXPECT_FALSE(state->large()) << "101 would be";
  auto first = must<changed>(alice, remove_member{many[0]}).at;
  must<changed>(alice, invite{{many[0], dave}});
  EXPECT_TRUE(state->large());
  auto last = say(alice, "x");
  run(alice, mark{last, true});
  run(bob, mark{last, true});
  run(carol, mark{first, true});
  auto told = state->flush_receipts();
  ASSERT_EQ(told.tell.size(), 1u);
  auto& count = std::get<read_count>(told.tell[0].what);
  EXPECT_EQ(count.at, last);
  EXPECT_EQ(count.read_by, 2u);
}

TEST_F(conversation_ephemeral_test, says_nothing_of_who_has_left) {
  auto at = say(alice, "x");
  run(bob, mark{at, true});
  run(carol, set_typing{true});
  run(alice, remove_member{bob});
  run(alice, remove_member{carol});
  EXPECT_FALSE(state->receipts_wait());
  EXPECT_FALSE(state->typing_until());
}

} // namespace
} // namespace parley::actors
