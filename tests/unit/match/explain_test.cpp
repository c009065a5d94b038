#include "match/pool.hpp"
#include "tests/unit/match/people.hpp"

#include <gtest/gtest.h>

namespace parley::match {
namespace {

constexpr timestamp_ms noon = 1'700'000'000'000;

TEST(explain_test, counts_whom_each_wish_keeps_away) {
  auto by = usual_policy();
  pool waiting_ones{by};
  auto add = [&](ticket_id id, std::string_view user, const raw_wishes& said) {
    auto matched
      = waiting_ones.arrive(ticket_of(by, id, user, noon, said), noon);
    ASSERT_TRUE(matched);
    EXPECT_FALSE(*matched);
  };
  auto me = man_for_woman();
  me.widen = {{5'000, {does_not_mind("gender")}}};
  add(1, "me", me);
  add(2, "man", man_for_woman());
  add(3, "woman",
      {.self = {says("gender", {"female"})}, .want = {says("age", {20, 30})}});
  add(4, "away", man_for_woman());
  waiting_ones.pause(user_id{"away"});
  waiting_ones.avoid(user_id{"man"}, user_id{"me"});
  waiting_ones.met(user_id{"woman"}, user_id{"me"}, noon + 1);
  auto why = waiting_ones.explain(1, noon);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->of.user, user_id{"me"});
  EXPECT_EQ(why->others, 3u);
  ASSERT_EQ(why->rejections.size(), 3u);
  EXPECT_EQ(why->rejections[1].attribute, "gender");
  EXPECT_EQ(why->rejections[1].by_own, 2u);
  EXPECT_EQ(why->rejections[1].by_theirs, 2u);
  EXPECT_EQ(why->rejections[0].by_own, 0u);
  EXPECT_EQ(why->rejections[0].by_theirs, 1u);
  EXPECT_EQ(why->avoided, 1u);
  EXPECT_EQ(why->met, 1u);
  EXPECT_EQ(why->away, 1u);
  EXPECT_EQ(why->widens_at, noon + 5'000);
  waiting_ones.advance(noon + 5'000, 10);
  why = waiting_ones.explain(1, noon + 5'000);
  EXPECT_EQ(why->rejections[1].by_own, 0u);
  EXPECT_EQ(why->steps_taken, 1u);
  EXPECT_FALSE(why->widens_at);
}

TEST(explain_test, knows_only_those_who_wait) {
  EXPECT_FALSE(pool{usual_policy()}.explain(1, noon));
}

} // namespace
} // namespace parley::match
