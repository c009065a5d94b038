#include "match/queue.hpp"
#include "tests/unit/match/people.hpp"

#include <gtest/gtest.h>

namespace parley::match {
namespace {

constexpr timestamp_ms noon = 1'700'000'000'000;
const user_id ann{"ann"};
const user_id bob{"bob"};
const user_id cid{"cid"};

class queue_test : public testing::Test {
protected:
  queue_test() {
    restart();
  }

  void restart() {
    q.emplace(rules, [this](timestamp_ms at) {
      return ulid_conversation(conversation_kind::match, at, 0, ++made);
    });
  }

  ticket ticket_for(const user_id& user, const raw_wishes& said) {
    return ticket_of(rules, ++last_id, user.view(), now, said);
  }

  changes enqueue(const user_id& user, const raw_wishes& said) {
    return q->enqueue(ticket_for(user, said), now).value();
  }

  /// Ann and Bob, who waited, are together.
  meeting meet() {
    enqueue(bob, man_for_woman());
    return enqueue(ann, woman_for_man()).begun.at(0);
  }

  policy rules = usual_policy();
  std::optional<queue> q;
  timestamp_ms now = noon;
  ticket_id last_id = 0;
  std::uint64_t made = 0;
};

TEST_F(queue_test, who_waits_is_stored_and_who_is_matched_no_longer) {
  auto first = enqueue(bob, man_for_woman());
  ASSERT_EQ(first.waiting.size(), 1u);
  EXPECT_EQ(first.waiting[0].user, bob);
  auto then = enqueue(ann, woman_for_man());
  EXPECT_TRUE(then.waiting.empty());
  ASSERT_EQ(then.begun.size(), 1u);
  EXPECT_EQ(then.begun[0].first.user, bob) << "who waited is polite";
  EXPECT_EQ(then.begun[0].second.user, ann);
  EXPECT_EQ(kind_of(then.begun[0].id), conversation_kind::match);
  ASSERT_EQ(then.gone.size(), 2u);
  EXPECT_EQ(then.gone[0].t.id, first.waiting[0].id);
  EXPECT_EQ(then.gone[0].why, removal::matched);
  EXPECT_EQ(q->meetings().size(), 1u);
}

TEST_F(queue_test, who_is_in_a_match_cannot_wait) {
  auto m = meet();
  for (auto& user : {ann, bob}) {
    auto again = q->enqueue(ticket_for(user, {}), now);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, errc::conflict);
    EXPECT_NE(again.error().detail.find(m.id.view()), std::string::npos);
  }
  EXPECT_EQ(q->waiting().size(), 0u);
}

TEST_F(queue_test, who_is_avoided_during_a_match_is_so_after_it) {
  rules.met_for = milliseconds{0};
  restart();
  meet();
  q->avoid(ann, bob);
  q->next(ann, ++last_id, now).value();
  EXPECT_EQ(enqueue(bob, man_for_woman()).waiting.size(), 1u);
}

TEST_F(queue_test, either_side_ends_it_for_both) {
  auto m = meet();
  auto over = q->leave(bob, ending::left).value();
  ASSERT_EQ(over.over.size(), 1u);
  EXPECT_EQ(over.over[0].m.id, m.id);
  EXPECT_EQ(over.over[0].why, ending::left);
  EXPECT_EQ(over.over[0].by, bob);
  EXPECT_EQ(q->meeting_of(ann), nullptr);
  auto twice = q->leave(ann, ending::left);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, errc::not_found);
}

TEST_F(queue_test, next_waits_again_with_the_same_wishes) {
  meet();
  now += 60'000;
  enqueue(cid, man_for_woman());
  auto then = q->next(ann, ++last_id, now).value();
  ASSERT_EQ(then.over.size(), 1u);
  EXPECT_EQ(then.over[0].why, ending::next);
  ASSERT_EQ(then.begun.size(), 1u);
  EXPECT_EQ(then.begun[0].first.user, cid);
  EXPECT_EQ(then.begun[0].second.id, last_id);
  EXPECT_EQ(then.begun[0].second.since, now);
  EXPECT_FALSE(q->next(bob, ++last_id, now)) << "he is in no match";
}

TEST_F(queue_test, next_does_not_meet_the_same_again) {
  meet();
  auto then = q->next(ann, ++last_id, now).value();
  EXPECT_TRUE(then.begun.empty());
  ASSERT_EQ(then.waiting.size(), 1u);
  EXPECT_TRUE(enqueue(bob, man_for_woman()).begun.empty());
}

TEST_F(queue_test, next_into_a_full_queue_ends_the_match_all_the_same) {
  rules.waiting_max = 1;
  restart();
  meet();
  enqueue(cid, man_for_woman());
  auto then = q->next(bob, ++last_id, now).value();
  EXPECT_EQ(then.over.size(), 1u);
  EXPECT_TRUE(then.waiting.empty());
  EXPECT_EQ(q->meeting_of(bob), nullptr);
}

TEST_F(queue_test, who_cancels_does_not_wait) {
  enqueue(bob, man_for_woman());
  auto gone = q->cancel(bob);
  ASSERT_EQ(gone.gone.size(), 1u);
  EXPECT_EQ(gone.gone[0].why, removal::cancelled);
  EXPECT_TRUE(q->cancel(bob).empty());
  EXPECT_TRUE(enqueue(ann, woman_for_man()).begun.empty());
}

TEST_F(queue_test, a_match_survives_an_absence_within_the_grace) {
  meet();
  q->away(bob, now);
  EXPECT_EQ(q->next_due(), now + 10'000);
  EXPECT_TRUE(q->advance(now + 9'999, 10).empty());
  EXPECT_TRUE(q->back(bob, now + 9'999).empty());
  EXPECT_TRUE(q->advance(now + 60'000, 10).empty());
  EXPECT_NE(q->meeting_of(ann), nullptr);
}

TEST_F(queue_test, a_longer_absence_ends_it) {
  meet();
  q->away(bob, now);
  q->away(bob, now + 5'000);
  auto over = q->advance(now + 10'000, 10);
  ASSERT_EQ(over.over.size(), 1u);
  EXPECT_EQ(over.over[0].why, ending::disconnected);
  EXPECT_EQ(over.over[0].by, bob);
  EXPECT_FALSE(q->next_due());
}

TEST_F(queue_test, who_waits_and_stays_away_loses_the_ticket) {
  enqueue(bob, man_for_woman());
  q->away(bob, now);
  EXPECT_TRUE(enqueue(ann, woman_for_man()).begun.empty()) << "bob is away";
  auto gone = q->advance(now + 10'000, 10);
  ASSERT_EQ(gone.gone.size(), 1u);
  EXPECT_EQ(gone.gone[0].t.user, bob);
  EXPECT_EQ(gone.gone[0].why, removal::disconnected);
}

TEST_F(queue_test, who_is_expelled_has_neither_ticket_nor_match) {
  meet();
  auto over = q->expel(bob, ending::reported);
  ASSERT_EQ(over.over.size(), 1u);
  EXPECT_EQ(over.over[0].why, ending::reported);
  enqueue(cid, man_for_woman());
  EXPECT_EQ(q->expel(cid, ending::reported).gone.size(), 1u);
  EXPECT_TRUE(q->expel(cid, ending::reported).empty());
}

TEST_F(queue_test, what_is_restored_waits_for_its_users) {
  auto bobs = ticket_for(bob, man_for_woman());
  now += 4'000;
  auto m = meeting{ulid_conversation(conversation_kind::match, now, 1, 1),
                   ticket_for(ann, woman_for_man()),
                   ticket_for(cid, man_for_woman()),
                   {},
                   now};
  q->restore(bobs, now);
  q->restore(m, now);
  for (auto& user : {ann, cid})
    EXPECT_FALSE(q->enqueue(ticket_for(user, {}), now));
  q->back(bob, now + 29'000);
  q->back(ann, now + 29'000);
  auto over = q->advance(now + 30'000, 10);
  ASSERT_EQ(over.over.size(), 1u) << "cid has not come back";
  EXPECT_EQ(over.over[0].by, cid);
  EXPECT_TRUE(over.gone.empty());
  ASSERT_NE(q->waiting().find(bob), nullptr);
  EXPECT_EQ(q->waiting().find(bob)->t.since, noon) << "the wait goes on";
}

TEST_F(queue_test, who_met_before_a_restart_does_not_meet_again) {
  q->restore_met(ann, bob, now + 1'000);
  enqueue(bob, man_for_woman());
  EXPECT_TRUE(enqueue(ann, woman_for_man()).begun.empty());
  EXPECT_EQ(q->advance(now + 1'000, 10).begun.size(), 1u);
}

TEST_F(queue_test, tells_who_gave_up) {
  auto said = man_for_woman();
  said.give_up_ms = 1'000;
  enqueue(bob, said);
  q->away(bob, now);
  auto gone = q->advance(now + 1'000, 10);
  ASSERT_EQ(gone.gone.size(), 1u);
  EXPECT_EQ(gone.gone[0].why, removal::expired);
  EXPECT_FALSE(q->next_due());
}

} // namespace
} // namespace parley::match
