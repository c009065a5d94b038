#include "match/pool.hpp"
#include "tests/unit/match/people.hpp"

#include <gtest/gtest.h>

namespace parley::match {
namespace {

using namespace std::chrono_literals;

constexpr timestamp_ms noon = 1'700'000'000'000;

class pool_test : public testing::Test {
protected:
  void use(const policy& by) {
    rules = by;
    queue = std::make_unique<pool>(by);
  }

  /// Whom they meet, or "".
  std::string arrive(std::string_view user, const raw_wishes& said,
                     std::vector<user_id> avoid = {}) {
    auto t = ticket_of(rules, ++last_id, user, now, said);
    t.avoid = std::move(avoid);
    auto matched = queue->arrive(std::move(t), now);
    if (!matched)
      return std::string{to_string(matched.error().code)};
    return *matched ? (*matched)->found.user.str() : "";
  }

  outcome advance_to(timestamp_ms time) {
    now = time;
    return queue->advance(now, 1'000);
  }

  policy rules = usual_policy();
  std::unique_ptr<pool> queue = std::make_unique<pool>(rules);
  timestamp_ms now = noon;
  ticket_id last_id = 0;
};

TEST_F(pool_test, two_who_accept_each_other_meet_on_arrival) {
  EXPECT_EQ(arrive("bob", man_for_woman()), "");
  EXPECT_EQ(arrive("cid", man_for_woman()), "");
  EXPECT_EQ(arrive("ann", woman_for_man()), "bob");
  EXPECT_EQ(queue->size(), 1u);
  EXPECT_EQ(queue->find(user_id{"bob"}), nullptr);
}

TEST_F(pool_test, one_side_that_accepts_is_not_enough) {
  EXPECT_EQ(arrive("bob", man_for_woman()), "");
  EXPECT_EQ(arrive("any", {}), "");
  EXPECT_EQ(arrive("dan", {.self = {says("gender", {"male"})}}), "any");
}

TEST_F(pool_test, the_oldest_wins_over_interests) {
  arrive("bob", {.self = {says("gender", {"male"})},
                 .want = {says("gender", {"female"})}});
  now += 1;
  auto fan = man_for_woman();
  fan.interests = {"chess"};
  arrive("cid", fan);
  auto ann = woman_for_man();
  ann.interests = {"chess"};
  EXPECT_EQ(arrive("ann", ann), "bob");
}

TEST_F(pool_test, interests_decide_between_the_equally_old) {
  auto fan = man_for_woman();
  arrive("bob", fan);
  fan.interests = {"chess"};
  arrive("cid", fan);
  fan.interests = {"chess", "go"};
  arrive("dan", fan);
  arrive("eve", fan);
  auto ann = woman_for_man();
  ann.interests = {"Go", "#Chess", "tennis"};
  EXPECT_EQ(arrive("ann", ann), "dan");
}

TEST_F(pool_test, same_age_is_as_long_as_the_policy_says) {
  auto by = usual_policy();
  by.same_age = 1s;
  use(by);
  auto fan = man_for_woman();
  arrive("bob", fan);
  now += 999;
  fan.interests = {"chess"};
  arrive("cid", fan);
  auto ann = woman_for_man();
  ann.interests = {"chess"};
  EXPECT_EQ(arrive("ann", ann), "cid");
  now += 1;
  arrive("dan", fan);
  EXPECT_EQ(arrive("eve", ann), "bob");
}

TEST_F(pool_test, a_second_ticket_is_a_conflict_that_names_the_first) {
  arrive("bob", man_for_woman());
  auto again
    = queue->arrive(ticket_of(rules, 9, "bob", now, woman_for_man()), now);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::conflict);
  EXPECT_NE(again.error().detail.find('1'), std::string::npos);
  EXPECT_EQ(queue->size(), 1u);
}

TEST_F(pool_test, who_is_avoided_is_passed_over) {
  arrive("bob", man_for_woman());
  EXPECT_EQ(arrive("ann", woman_for_man(), {user_id{"bob"}}), "");
  EXPECT_EQ(arrive("dan", man_for_woman(), {user_id{"eve"}}), "ann");
  EXPECT_EQ(queue->size(), 1u) << "ann has met dan";
  EXPECT_EQ(arrive("eve", woman_for_man()), "bob");
}

TEST_F(pool_test, who_is_avoided_while_waiting_is_passed_over) {
  arrive("bob", man_for_woman());
  queue->avoid(user_id{"bob"}, user_id{"ann"});
  EXPECT_EQ(arrive("ann", woman_for_man()), "");
}

TEST_F(pool_test, two_who_met_meet_again_when_the_time_is_over) {
  arrive("bob", man_for_woman());
  EXPECT_EQ(arrive("ann", woman_for_man()), "bob");
  auto long_ago = man_for_woman();
  long_ago.give_up_ms = 3'600'000;
  EXPECT_EQ(arrive("bob", long_ago), "");
  auto ann = woman_for_man();
  ann.give_up_ms = 3'600'000;
  EXPECT_EQ(arrive("ann", ann), "") << "they have just met";
  EXPECT_EQ(queue->next_due(), now + 30 * 60'000);
  auto again = advance_to(now + 30 * 60'000);
  ASSERT_EQ(again.matched.size(), 1u);
  EXPECT_EQ(again.matched[0].found.user, user_id{"bob"});
}

TEST_F(pool_test, a_step_that_falls_due_finds_the_oldest) {
  EXPECT_EQ(arrive("bob", {.self = {says("gender", {"male"})}}), "");
  EXPECT_EQ(
    arrive(
      "ann",
      {.self = {says("gender", {"female"})},
       .want = {says("gender", {"female"})},
       .widen = std::vector<raw_step>{{5'000, {does_not_mind("gender")}}}}),
    "");
  EXPECT_EQ(queue->next_due(), noon + 5'000);
  EXPECT_TRUE(advance_to(noon + 4'999).matched.empty());
  auto then = advance_to(noon + 5'000);
  ASSERT_EQ(then.matched.size(), 1u);
  EXPECT_EQ(then.matched[0].found.user, user_id{"bob"});
  EXPECT_EQ(then.matched[0].by.user, user_id{"ann"});
  EXPECT_EQ(queue->size(), 0u);
  EXPECT_FALSE(queue->next_due());
}

TEST_F(pool_test, a_widened_ticket_is_found_at_its_width) {
  EXPECT_EQ(
    arrive(
      "ann",
      {.self = {says("gender", {"female"})},
       .want = {says("gender", {"female"})},
       .widen = std::vector<raw_step>{{5'000, {does_not_mind("gender")}}}}),
    "");
  advance_to(noon + 5'000);
  EXPECT_EQ(arrive("bob", {}), "ann");
}

TEST_F(pool_test, gives_up_when_it_said) {
  auto said = man_for_woman();
  said.give_up_ms = 7'000;
  arrive("bob", said);
  EXPECT_TRUE(advance_to(noon + 6'999).expired.empty());
  auto then = advance_to(noon + 7'000);
  ASSERT_EQ(then.expired.size(), 1u);
  EXPECT_EQ(then.expired[0].user, user_id{"bob"});
  EXPECT_EQ(queue->size(), 0u);
}

TEST_F(pool_test, does_no_more_at_once_than_asked) {
  for (auto user : {"ann", "bob", "cid"})
    arrive(user, {.want = {says("gender", {"male"})}, .give_up_ms = 1'000});
  EXPECT_EQ(queue->advance(noon + 1'000, 2).expired.size(), 2u);
  EXPECT_EQ(queue->next_due(), noon + 1'000);
  EXPECT_EQ(queue->advance(noon + 1'000, 2).expired.size(), 1u);
}

TEST_F(pool_test, who_is_away_keeps_the_place_and_is_not_matched) {
  arrive("bob", man_for_woman());
  now += 1;
  arrive("cid", man_for_woman());
  queue->pause(user_id{"bob"});
  EXPECT_EQ(arrive("ann", woman_for_man()), "cid");
  EXPECT_EQ(arrive("eve", woman_for_man()), "") << "bob is away";
  auto back = queue->resume(user_id{"bob"}, now);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->found.user, user_id{"eve"});
}

TEST_F(pool_test, who_is_away_is_not_looked_at_again_and_again) {
  auto said = man_for_woman();
  said.widen = {{5'000, {does_not_mind("gender")}}};
  arrive("bob", said);
  queue->pause(user_id{"bob"});
  advance_to(noon + 5'000);
  EXPECT_EQ(queue->next_due(), noon + 300'000) << "when it gives up";
  arrive("ann", {});
  EXPECT_TRUE(queue->resume(user_id{"bob"}, now)) << "the step was taken";
}

TEST_F(pool_test, who_comes_back_is_as_old_as_before) {
  arrive("bob", man_for_woman());
  now += 1;
  arrive("cid", man_for_woman());
  queue->pause(user_id{"bob"});
  EXPECT_FALSE(queue->resume(user_id{"bob"}, now));
  EXPECT_EQ(arrive("ann", woman_for_man()), "bob");
}

TEST_F(pool_test, who_leaves_is_not_found) {
  arrive("bob", man_for_woman());
  auto gone = queue->leave(user_id{"bob"});
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->id, 1u);
  EXPECT_FALSE(queue->leave(user_id{"bob"}));
  EXPECT_EQ(arrive("ann", woman_for_man()), "");
  EXPECT_EQ(arrive("bob", man_for_woman()), "ann");
}

TEST_F(pool_test, a_restored_ticket_has_its_age_and_its_width) {
  auto said = man_for_woman();
  said.widen = {{5'000, {does_not_mind("gender")}}};
  queue->restore(ticket_of(rules, 1, "bob", noon, said), noon + 6'000);
  queue->restore(ticket_of(rules, 2, "cid", noon + 1, said), noon + 6'000);
  last_id = 2;
  now = noon + 6'000;
  EXPECT_EQ(arrive("dan", {.self = {says("gender", {"male"})},
                           .want = {says("gender", {"male"})}}),
            "")
    << "they are not back yet";
  auto back = queue->resume(user_id{"cid"}, now);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->found.user, user_id{"dan"});
  auto gone = advance_to(noon + 300'000);
  ASSERT_EQ(gone.expired.size(), 1u);
  EXPECT_EQ(gone.expired[0].user, user_id{"bob"});
}

TEST_F(pool_test, a_full_queue_refuses_who_would_have_to_wait) {
  auto by = usual_policy();
  by.waiting_max = 1;
  use(by);
  EXPECT_EQ(arrive("bob", man_for_woman()), "");
  EXPECT_EQ(arrive("cid", man_for_woman()), "unavailable");
  EXPECT_EQ(arrive("ann", woman_for_man()), "bob");
}

TEST_F(pool_test, keeps_order_when_most_have_left) {
  // More than two segments, so that what is left of them is merged.
  constexpr int count = 70'000;
  auto name = [](int i) { return "user" + std::to_string(i); };
  for (int i = 0; i < count; ++i)
    arrive(name(i), man_for_woman());
  for (int i = 0; i < count; ++i)
    if (i % 1'000 != 7)
      queue->leave(user_id{name(i)});
  ASSERT_EQ(queue->size(), 70u);
  for (int i = 7; i < count; i += 1'000)
    ASSERT_EQ(arrive("w" + name(i), woman_for_man()), name(i));
}

TEST_F(pool_test, tells_what_they_have_in_common_and_how_long_it_took) {
  auto bob = man_for_woman();
  bob.interests = {"chess", "go"};
  arrive("bob", bob);
  now += 4'000;
  auto said = woman_for_man();
  said.interests = {"go", "tea"};
  auto matched = queue->arrive(ticket_of(rules, 9, "ann", now, said), now);
  ASSERT_TRUE(matched && *matched);
  EXPECT_EQ((*matched)->shared_interests, std::vector<std::string>{"go"});
  EXPECT_EQ(queue->waits().count(now), 2u);
  EXPECT_GE(queue->waits().quantile(0.9, now), 4s);
}

} // namespace
} // namespace parley::match
