#include "tests/unit/raft/group.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::raft {

TEST(transfer_test, moves_leadership_without_waiting_for_a_timeout) {
  group g{3};
  g.elect(1);
  g.pass(200);
  auto before = g.now;
  ASSERT_TRUE(g[1]->transfer_to(3, g.now));
  g.settle();
  EXPECT_TRUE(g[3].leads());
  EXPECT_FALSE(g[1].leads());
  EXPECT_EQ(g.now, before);
}

TEST(transfer_test, voids_the_lease_before_the_order_is_sent) {
  group g{3};
  g.elect(1);
  g.pass(200);
  ASSERT_GT(g[1]->lease_until(), g.now);
  ASSERT_TRUE(g[1]->transfer_to(3, g.now));
  EXPECT_EQ(g[1]->lease_until(), 0);
  EXPECT_EQ(only<timeout_now>(g[1]->take().messages_now).size(), 1u);
}

TEST(transfer_test, waits_until_the_target_has_the_whole_log) {
  group g{3};
  g.elect(1);
  g.pass(200);
  g.cut(3);
  g[1]->propose("a", g.now).value();
  g.settle();
  ASSERT_TRUE(g[1]->transfer_to(3, g.now));
  EXPECT_TRUE(only<timeout_now>(g[1].drain()).empty());
  EXPECT_EQ(g[1]->propose("b", g.now).error().code, errc::unavailable);
  g.heal();
  g.pass(100);
  EXPECT_TRUE(g[3].leads());
  EXPECT_EQ(g[3].applied.at(1), "a");
}

TEST(transfer_test, is_given_up_if_the_target_does_not_catch_up) {
  group g{3};
  g.elect(1);
  g.pass(200);
  g.cut(3);
  g[1]->propose("a", g.now).value();
  g.settle();
  ASSERT_TRUE(g[1]->transfer_to(3, g.now));
  g.pass(601);
  EXPECT_TRUE(g[1].leads());
  EXPECT_TRUE(g[1]->propose("b", g.now));
  EXPECT_GT(g[1]->lease_until(), g.now) << "no order was sent";
}

TEST(transfer_test, an_order_that_was_lost_ends_the_term) {
  group g{3};
  g.elect(1);
  g.pass(200);
  auto term = g[1]->current().term;
  g.lost = [](const message& m) {
    return std::holds_alternative<timeout_now>(m.body);
  };
  ASSERT_TRUE(g[1]->transfer_to(3, g.now));
  g.pass(599);
  EXPECT_EQ(g[1]->lease_until(), 0) << "for it may still arrive";
  g.pass(2);
  EXPECT_TRUE(g[1].leads());
  EXPECT_EQ(g[1]->current().term, term + 1);
  g.pass(100);
  EXPECT_GT(g[1]->lease_until(), g.now);
  g[3]->step({1, 3, term, timeout_now{}}, g.now);
  EXPECT_EQ(g[3]->current().term, term + 1) << "it comes too late";
}

TEST(transfer_test, goes_to_another_voter_only) {
  group g{3};
  g.elect(1);
  EXPECT_EQ(g[1]->transfer_to(1, g.now).error().code, errc::bad_params);
  EXPECT_EQ(g[1]->transfer_to(9, g.now).error().code, errc::bad_params);
  EXPECT_EQ(g[2]->transfer_to(3, g.now).error().code, errc::unavailable);
}

TEST(transfer_test, the_heir_is_alive_and_has_the_most) {
  group g{3};
  g.elect(1);
  g.pass(100);
  EXPECT_NE(g[1]->heir(g.now), 0u);
  g.cut(2);
  g[1]->propose("x", g.now).value();
  g.pass(50);
  EXPECT_EQ(g[1]->heir(g.now), 3u) << "2 lacks an entry";
  g.heal();
  g.pass(100);
  g.cut(3);
  g.pass(400);
  EXPECT_EQ(g[1]->heir(g.now), 2u) << "3 is silent";
  g.cut(2);
  EXPECT_EQ(g[1]->heir(g.now + 1000), 0u);
}

} // namespace parley::cluster::raft
