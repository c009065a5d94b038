#include "net/arrivals.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

void fill(arrivals& some, std::int64_t now_ms) {
  for (std::size_t i = 0; i < arrivals::at_once_max; ++i)
    some.began(now_ms);
}

TEST(arrivals_test, are_a_few_at_a_time) {
  arrivals some;
  EXPECT_FALSE(some.full(0));
  fill(some, 100);
  EXPECT_TRUE(some.full(100));
  some.ended();
  EXPECT_FALSE(some.full(100));
  some.began(101);
  EXPECT_TRUE(some.full(101));
}

TEST(arrivals_test, that_nobody_answers_hold_up_others_for_a_moment_only) {
  arrivals some;
  fill(some, 100);
  EXPECT_TRUE(some.full(100 + arrivals::patience_ms - 1));
  EXPECT_FALSE(some.full(100 + arrivals::patience_ms));
  some.ended();
  fill(some, 200);
  EXPECT_TRUE(some.full(200)) << "an answer that was given up frees nothing";
}

} // namespace
} // namespace parley::net
