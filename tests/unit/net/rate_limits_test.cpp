#include "net/rate_limits.hpp"

#include <gtest/gtest.h>

namespace parley::net {

TEST(rate_table_test, keeps_a_bucket_for_each_key) {
  rate_table table{{1, 2}};
  EXPECT_EQ(table.take("a", 0), 0U);
  EXPECT_EQ(table.take("a", 0), 0U);
  EXPECT_EQ(table.take("a", 0), 1000U);
  EXPECT_EQ(table.take("b", 0), 0U);
  EXPECT_EQ(table.take("a", 1000), 0U);
}

TEST(rate_table_test, forgets_full_buckets) {
  rate_table table{{1, 2}};
  table.take("a", 0);
  table.take("b", 900);
  EXPECT_EQ(table.size(), 2U);
  table.forget_full(1000);
  EXPECT_EQ(table.size(), 1U);
  table.forget_full(1900);
  EXPECT_EQ(table.size(), 0U);
}

TEST(rate_table_test, keeps_nothing_where_it_is_off) {
  rate_table table{rate{}};
  EXPECT_EQ(table.take("a", 0), 0U);
  EXPECT_EQ(table.size(), 0U);
}

TEST(count_table_test, counts_up_to_its_bound) {
  count_table table{2};
  EXPECT_TRUE(table.add("a"));
  EXPECT_TRUE(table.add("a"));
  EXPECT_FALSE(table.add("a"));
  EXPECT_TRUE(table.add("b"));
  table.remove("a");
  EXPECT_TRUE(table.add("a"));
  EXPECT_EQ(table.count("a"), 2U);
  table.remove("b");
  EXPECT_EQ(table.count("b"), 0U);
}

TEST(rate_limits_test, says_when_to_come_again) {
  rate_options opts;
  opts.messages_per_user = {0.5, 1};
  rate_limits limits{opts};
  EXPECT_TRUE(limits.draw_message(user_id{"alice"}));
  auto refused = limits.draw_message(user_id{"alice"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::rate_limited);
  EXPECT_GT(refused.error().retry_after_ms, 1000U);
  EXPECT_LE(refused.error().retry_after_ms, 2000U);
  EXPECT_TRUE(limits.draw_message(user_id{"bob"}));
}

TEST(rate_limits_test, takes_units_from_the_user_and_the_address) {
  rate_options opts;
  opts.units_per_user = {1, 100};
  opts.units_per_address = {1, 150};
  rate_limits limits{opts};
  const user_id alice{"alice"};
  const user_id bob{"bob"};
  EXPECT_TRUE(limits.draw_units(alice, "a", 60));
  auto refused = limits.draw_units(alice, "a", 60);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::rate_limited);
  EXPECT_GT(refused.error().retry_after_ms, 10'000U);
  EXPECT_TRUE(limits.draw_units(bob, "a", 80));
  EXPECT_FALSE(limits.draw_units(bob, "a", 15)) << "the address has no more";
  EXPECT_TRUE(limits.draw_units(bob, "b", 20)) << "nothing was taken for it";
  EXPECT_TRUE(limits.draw_units(bob, "c", 0));
}

TEST(rate_limits_test, settles_what_was_touched) {
  rate_options opts;
  opts.units_per_user = {1, 100};
  rate_limits limits{opts};
  const user_id alice{"alice"};
  EXPECT_TRUE(limits.draw_units(alice, "a", 90));
  EXPECT_FALSE(limits.draw_units(alice, "a", 50));
  limits.settle_units(alice, "a", 90, 10);
  EXPECT_TRUE(limits.draw_units(alice, "a", 50));
  limits.settle_units(alice, "a", 50, 5000);
  auto refused = limits.draw_units(alice, "a", 1);
  ASSERT_FALSE(refused);
  EXPECT_LE(refused.error().retry_after_ms, 101'000U) << "debt is bounded";
}

TEST(rate_limits_test, lets_pass_what_costs_more_than_there_ever_is) {
  rate_options opts;
  opts.units_per_user = {1, 100};
  rate_limits limits{opts};
  EXPECT_TRUE(limits.draw_units(user_id{"alice"}, "a", 500));
  EXPECT_FALSE(limits.draw_units(user_id{"alice"}, "a", 500));
}

TEST(rate_limits_test, counts_a_users_calls_under_way) {
  rate_options opts;
  opts.http_calls_per_user_max = 2;
  rate_limits limits{opts};
  const user_id alice{"alice"};
  EXPECT_TRUE(limits.hold_call(alice));
  EXPECT_TRUE(limits.hold_call(alice));
  EXPECT_EQ(limits.hold_call(alice).error().code, errc::rate_limited);
  EXPECT_TRUE(limits.hold_call(user_id{"bob"}));
  limits.release_call(alice);
  EXPECT_TRUE(limits.hold_call(alice));
}

TEST(rate_limits_test, takes_a_network_of_ipv6_for_one_address) {
  auto key = [](const char* text) { return address_key(*parse_ip(text)); };
  EXPECT_EQ(key("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(key("::ffff:10.0.0.7"), "10.0.0.7");
  EXPECT_EQ(key("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(key("2001:db8:1:2::9"), "2001:db8:1:2::/64");
}

} // namespace parley::net
