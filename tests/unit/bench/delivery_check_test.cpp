#include "bench/load/delivery_check.hpp"

#include <gtest/gtest.h>

namespace parley::bench {
namespace {

TEST(delivery_check_test, finds_nothing_wrong_with_messages_in_order) {
  delivery_check of;
  EXPECT_EQ(of.see(1, 7, 1), verdict::fresh);
  EXPECT_EQ(of.see(2, 8, 1), verdict::fresh);
  EXPECT_EQ(of.see(3, 7, 2), verdict::fresh);
  EXPECT_EQ(of.distinct(), 3u);
  EXPECT_EQ(of.upto(), 3u);
}

TEST(delivery_check_test, allows_the_same_position_again) {
  delivery_check of;
  of.see(1, 7, 1);
  EXPECT_EQ(of.see(1, 7, 1), verdict::again);
  EXPECT_EQ(of.distinct(), 1u);
}

TEST(delivery_check_test, finds_a_message_at_two_positions) {
  delivery_check of;
  of.see(1, 7, 1);
  EXPECT_EQ(of.see(2, 7, 1), verdict::duplicate);
  EXPECT_EQ(of.distinct(), 1u);
}

TEST(delivery_check_test, finds_a_position_before_one_that_was_seen) {
  delivery_check of;
  of.see(1, 7, 1);
  of.see(3, 7, 3);
  EXPECT_EQ(of.see(2, 7, 2), verdict::late);
  EXPECT_EQ(of.distinct(), 3u);
}

TEST(delivery_check_test, finds_a_message_overtaken_by_its_senders_next) {
  delivery_check of;
  of.see(1, 7, 2);
  EXPECT_EQ(of.see(2, 7, 1), verdict::overtaken);
  EXPECT_EQ(of.distinct(), 2u);
}

TEST(delivery_check_test, counts_what_is_missing_as_not_seen) {
  delivery_check of;
  of.see(1, 7, 1);
  of.see(5, 7, 5);
  EXPECT_EQ(of.distinct(), 2u);
  EXPECT_EQ(of.upto(), 1u);
}

TEST(delivery_check_test, closes_gaps_with_what_is_known_otherwise) {
  delivery_check of;
  of.see(1, 7, 1);
  of.see(3, 7, 2);
  EXPECT_TRUE(of.mark(2));
  EXPECT_FALSE(of.mark(2));
  EXPECT_EQ(of.upto(), 3u);
}

} // namespace
} // namespace parley::bench
