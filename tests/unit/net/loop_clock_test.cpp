#include "net/loop_clock.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

constexpr std::int64_t start = 1'000'000;
constexpr std::int64_t every = 125;

TEST(loop_clock_test, goes_with_the_steady_clock_while_rounds_come) {
  loop_clock clock{start};
  for (std::int64_t now = start; now < start + 10'000; now += every)
    EXPECT_EQ(clock.begin_round(now, every), now);
}

TEST(loop_clock_test, a_round_that_is_late_for_work_counts) {
  loop_clock clock{start};
  EXPECT_EQ(clock.begin_round(start + every + 500, every), start + every + 500);
}

TEST(loop_clock_test, the_time_in_which_the_loop_stood_still_does_not_count) {
  loop_clock clock{start};
  EXPECT_EQ(clock.begin_round(start + 4000, every), start + every);
  EXPECT_EQ(clock.at(start + 4100), start + every + 100);
  EXPECT_EQ(clock.begin_round(start + 4000 + every, every), start + 2 * every);
  EXPECT_EQ(clock.begin_round(start + 104'000 + every, every),
            start + 3 * every);
}

TEST(loop_clock_test, knows_when_the_cluster_may_have_gone_on_without_it) {
  loop_clock clock{start};
  clock.begin_round(start + every + 1000, every);
  EXPECT_FALSE(clock.stood_still());
  clock.begin_round(start + 10'000, every);
  EXPECT_TRUE(clock.stood_still());
  clock.begin_round(start + 10'000 + every, every);
  EXPECT_FALSE(clock.stood_still());
}

} // namespace
} // namespace parley::net
