#include "tests/unit/actors/conversation_fixture.hpp"

namespace parley::actors {
namespace {

class conversation_evidence_test : public conversation_fixture {
protected:
  conversation_evidence_test() {
    must<conversation_summary>(alice, create_group{"t", false, {alice, bob}});
  }

  void say(const user_id& by, int count) {
    for (int i = 0; i < count; ++i) {
      ++said_;
      must<sent>(by, text("m" + std::to_string(said_)));
    }
  }

  std::vector<seq> places_of(const take_evidence& m) {
    std::vector<seq> all;
    for (auto& each : must<evidence>(alice, m).messages)
      all.push_back(each.at);
    return all;
  }

private:
  int said_ = 0;
};

TEST_F(conversation_evidence_test, is_the_last_messages_and_those_named) {
  say(bob, 9);
  auto last = state->decide(asked{{alice}, now, 0}, summarise{});
  auto end = std::get<conversation_summary>(*last.answer).last_seq;
  auto all = places_of({bob, {}, 3});
  EXPECT_EQ(all, (std::vector<seq>{end - 2, end - 1, end}));
  all = places_of({bob, {end - 8, end}, 3});
  EXPECT_EQ(all, (std::vector<seq>{end - 8, end - 2, end - 1, end}));
  EXPECT_EQ(places_of({bob, {end - 8}, 0}), std::vector<seq>{end - 8});
}

TEST_F(conversation_evidence_test, is_for_members_only) {
  say(bob, 1);
  EXPECT_EQ(refusal(carol, take_evidence{bob, {}, 3}), errc::not_found);
}

TEST_F(conversation_evidence_test, is_of_what_the_reporter_may_see) {
  say(bob, 2);
  must<changed>(alice, invite{{carol}});
  say(bob, 1);
  auto seen = must<evidence>(carol, take_evidence{bob, {}, 10}).messages;
  EXPECT_EQ(seen.size(), 1u);
  EXPECT_EQ(refusal(carol, take_evidence{bob, {2}, 10}), errc::not_found);
  EXPECT_EQ(refusal(alice, take_evidence{bob, {999}, 10}), errc::not_found);
}

TEST_F(conversation_evidence_test, is_about_somebody_who_is_or_was_there) {
  say(bob, 1);
  EXPECT_EQ(refusal(alice, take_evidence{dave, {}, 10}), errc::not_found);
  must<changed>(bob, leave{});
  EXPECT_EQ(places_of({bob, {}, 10}).size(), 1u);
}

} // namespace
} // namespace parley::actors
