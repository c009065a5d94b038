#include "match/wait_times.hpp"

#include <gtest/gtest.h>

namespace parley::match {
namespace {

using namespace std::chrono_literals;

constexpr timestamp_ms noon = 1'700'000'000'000;

TEST(wait_times_test, says_nothing_where_nobody_was_matched) {
  wait_times waits;
  EXPECT_EQ(waits.quantile(0.5, noon), 0ms);
  EXPECT_EQ(waits.count(noon), 0u);
}

TEST(wait_times_test, is_at_most_a_quarter_too_long) {
  wait_times waits;
  for (int i = 1; i <= 1'000; ++i)
    waits.add(std::chrono::milliseconds{i * 10}, noon);
  for (auto [part, truth] : {std::pair{0.5, 5'000ms}, {0.9, 9'000ms}}) {
    EXPECT_GE(waits.quantile(part, noon), truth);
    EXPECT_LE(waits.quantile(part, noon), truth * 5 / 4);
  }
}

TEST(wait_times_test, forgets_after_fifteen_minutes) {
  wait_times waits;
  waits.add(1s, noon);
  waits.add(8s, noon + 10 * 60'000);
  EXPECT_EQ(waits.count(noon + 10 * 60'000), 2u);
  EXPECT_EQ(waits.count(noon + 15 * 60'000), 1u);
  EXPECT_GE(waits.quantile(0.1, noon + 15 * 60'000), 8s);
  EXPECT_EQ(waits.count(noon + 10'000 * 60'000), 0u);
}

TEST(wait_times_test, bears_any_wait) {
  wait_times waits;
  waits.add(0ms, noon);
  EXPECT_EQ(waits.quantile(0.5, noon), 1ms);
  waits.add(std::chrono::hours{24 * 365}, noon);
  EXPECT_GT(waits.quantile(1, noon), std::chrono::hours{24});
}

} // namespace
} // namespace parley::match
