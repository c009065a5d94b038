#include "tests/unit/raft/group.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::raft {

namespace {

using nodes = std::vector<node_id>;

} // namespace

TEST(membership_test, a_group_of_one_grows_to_three) {
  group g{1};
  g.settle();
  g[1]->propose("a", g.now).value();
  g.settle();
  g.add(2);
  g.add(3);
  ASSERT_TRUE(g[1]->change({1}, {2, 3}, g.now));
  g.pass(200);
  EXPECT_EQ(g[2].applied.size(), g[1].applied.size());
  ASSERT_TRUE(g[1]->change({1, 2, 3}, {}, g.now));
  g.pass(200);
  for (node_id id = 1; id <= 3; ++id) {
    EXPECT_EQ(g[id]->config().voters, (nodes{1, 2, 3}));
    EXPECT_FALSE(g[id]->config().joint());
    EXPECT_EQ(g[id].disk.members, g[1]->config());
  }
}

TEST(membership_test, a_change_of_voters_goes_through_both_majorities) {
  group g{3};
  g.elect(1);
  g.pass(100);
  for (node_id id : {4, 5, 6})
    g.add(id);
  auto at = g[1]->change({4, 5, 6}, {}, g.now).value();
  EXPECT_TRUE(g[1]->config().joint()) << "used before it is committed";
  g[1].drain();
  auto term = g[1]->current().term;
  for (node_id id : {4, 5, 6})
    g[1]->step({id, 1, term, append_answer{true, at.index, 0, {}}}, g.now);
  EXPECT_LT(g[1]->committed(), at.index) << "the old voters must agree too";
  g[1]->step({2, 1, term, append_answer{true, at.index, 0, {}}}, g.now);
  EXPECT_EQ(g[1]->committed(), at.index);
  EXPECT_FALSE(g[1]->config().joint()) << "and the new one is appended";
}

TEST(membership_test, replaces_every_voter_and_the_leader_itself) {
  group g{3};
  g.elect(1);
  g.pass(100);
  g[1]->propose("a", g.now).value();
  for (node_id id : {4, 5, 6})
    g.add(id);
  ASSERT_TRUE(g[1]->change({4, 5, 6}, {}, g.now));
  auto before = g.now;
  g.pass(120);
  auto id = g.leader();
  EXPECT_GE(id, 4u) << "handed over after " << g.now - before << " ms";
  g[id]->propose("b", g.now).value();
  g.pass(200);
  EXPECT_EQ(g[4].applied.back(), "b");
  EXPECT_FALSE(g[1].leads());
}

TEST(membership_test, a_leader_that_leaves_has_no_lease) {
  group g{2};
  g.elect(1);
  g.pass(200);
  ASSERT_TRUE(g[1]->change({2}, {}, g.now));
  auto joint = g[1]->last();
  auto term = g[1]->current().term;
  g[1].drain();
  EXPECT_GT(g[1]->lease_until(), 0);
  g[1]->step({2, 1, term, append_answer{true, joint.index, 0, {}}}, g.now);
  ASSERT_EQ(g[1]->config().voters, nodes{2});
  EXPECT_EQ(g[1]->lease_until(), 0) << "for 2 may elect itself from now on";
}

TEST(membership_test, a_learner_neither_votes_nor_counts) {
  group g{2};
  g.elect(1);
  g.pass(100);
  g.add(3);
  ASSERT_TRUE(g[1]->change({1, 2}, {3}, g.now));
  g.pass(200);
  EXPECT_EQ(g[3].applied.size(), g[1].applied.size());
  EXPECT_EQ(g[3]->next_deadline(), never);
  g.cut(2);
  auto at = g[1]->propose("a", g.now).value();
  g.settle();
  EXPECT_LT(g[1]->committed(), at.index);
}

TEST(membership_test, one_change_at_a_time) {
  group g{3};
  g.elect(1);
  g.pass(100);
  g.cut(1);
  ASSERT_TRUE(g[1]->change({1, 2}, {}, g.now));
  EXPECT_EQ(g[1]->change({1, 3}, {}, g.now).error().code, errc::conflict);
}

TEST(membership_test, refuses_what_is_no_group) {
  group g{3};
  g.elect(1);
  g.pass(100);
  EXPECT_EQ(g[1]->change({}, {1}, g.now).error().code, errc::bad_params);
  EXPECT_EQ(g[1]->change({1, 2}, {2}, g.now).error().code, errc::bad_params);
  EXPECT_EQ(g[1]->change({0, 2}, {}, g.now).error().code, errc::bad_params);
  EXPECT_EQ(g[1]->change({1, 2, 3}, {}, g.now).error().code, errc::bad_params);
  EXPECT_EQ(g[2]->change({1, 2}, {}, g.now).error().code, errc::unavailable);
}

TEST(membership_test, no_change_before_the_noop_is_committed) {
  group g{3};
  g.lost
    = [](const message& m) { return std::holds_alternative<append>(m.body); };
  g.elect(1);
  ASSERT_TRUE(g[1].leads());
  EXPECT_EQ(g[1]->change({1, 2}, {}, g.now).error().code, errc::unavailable);
}

TEST(membership_test, a_truncated_change_is_forgotten) {
  group g{3};
  g.elect(1);
  g.pass(100);
  g.cut(1);
  ASSERT_TRUE(g[1]->change({1}, {}, g.now));
  EXPECT_TRUE(g[1]->config().joint());
  g.pass(1500);
  g.heal();
  g.pass(1000);
  EXPECT_EQ(g[1]->config().voters, (nodes{1, 2, 3}));
}

TEST(membership_test, the_next_leader_finishes_a_change) {
  group g{3};
  g.elect(1);
  g.pass(100);
  g.add(4);
  ASSERT_TRUE(g[1]->change({2, 3, 4}, {}, g.now));
  g.lost = [](const message& m) {
    const auto* a = std::get_if<append>(&m.body);
    return a && m.from == 1 && m.to == 4;
  };
  g.settle();
  g.cut(1);
  g.pass(1500);
  auto id = g.leader() == 1 ? (g[2].leads() ? 2u : 3u) : g.leader();
  ASSERT_TRUE(g[id].leads());
  EXPECT_FALSE(g[id]->config().joint());
  EXPECT_EQ(g[id]->config().voters, (nodes{2, 3, 4}));
}

TEST(membership_test, a_voter_becomes_a_learner) {
  group g{3};
  g.elect(1);
  g.pass(100);
  ASSERT_TRUE(g[1]->change({1, 2}, {3}, g.now));
  EXPECT_TRUE(g[1]->config().votes(3)) << "until the old voters are left";
  g.pass(200);
  EXPECT_FALSE(g[3]->config().votes(3));
  EXPECT_TRUE(g[3]->config().learns(3));
}

TEST(membership_test, a_restart_finds_the_change_in_its_log) {
  group g{3};
  g.elect(1);
  g.pass(100);
  g.lost = [](const message&) { return true; };
  ASSERT_TRUE(g[1]->change({1, 2}, {}, g.now));
  g.settle();
  g[1].restart(g.now);
  EXPECT_TRUE(g[1]->config().joint());
}

TEST(membership_test, a_server_left_out_still_stands_while_it_is_needed) {
  group g{2};
  g.elect(1);
  g.pass(200);
  ASSERT_TRUE(g[1]->change({2}, {}, g.now));
  auto joint = g[1]->last();
  auto term = g[1]->current().term;
  g[1].drain();
  g[1]->step({2, 1, term, append_answer{true, joint.index, 0, {}}}, g.now);
  ASSERT_EQ(g[1]->config().voters, nodes{2});
  auto left_out = g[1]->last();
  g[1].drain();
  g[1].restart(g.now);
  EXPECT_EQ(g[1]->last(), left_out) << "only this node has it";
  EXPECT_NE(g[1]->next_deadline(), never);
}

} // namespace parley::cluster::raft
