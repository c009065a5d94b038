#include "tests/unit/raft/group.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::raft {

TEST(lease_test, a_leader_serves_only_after_its_noop_is_applied) {
  group g{3};
  g.elect(1);
  g.pass(100);
  EXPECT_TRUE(g[1]->current().serving);
  EXPECT_GT(g[1]->lease_until(), g.now);
  g.cut(1);
  g.pass(2000);
  auto id = g[2].leads() ? 2u : 3u;
  ASSERT_TRUE(g[id].leads());
  EXPECT_TRUE(g[id]->current().serving);

  member fresh{1, make_configuration({1, 2}, {}).value(), 0};
  fresh->tick(1000);
  fresh.drain();
  fresh->step({2, 1, 1, vote_answer{true, true}}, 1000);
  fresh.drain();
  fresh->step({2, 1, 1, vote_answer{false, true}}, 1000);
  fresh.drain();
  ASSERT_TRUE(fresh.leads());
  EXPECT_FALSE(fresh->current().serving);
  EXPECT_EQ(fresh->lease_until(), 0);
}

TEST(lease_test, counts_from_when_the_question_was_sent) {
  group g{3};
  g.elect(1);
  g.pass(200);
  auto sent = g.now;
  g.lost = [](const message&) { return true; };
  g.pass(60);
  g.heal();
  auto before = g[1]->lease_until();
  EXPECT_LE(before, sent + 300 - 30);
  auto term = g[1]->current().term;
  g[1]->step({2, 1, term, heartbeat_answer{0, 0, 0, {1, sent - 500}}}, g.now);
  EXPECT_EQ(g[1]->lease_until(), before) << "an old answer adds nothing";
}

TEST(lease_test, ends_when_a_majority_is_silent) {
  group g{3};
  g.elect(1);
  g.pass(200);
  g.cut(1);
  auto cut_at = g.now;
  g.pass(400);
  EXPECT_TRUE(g[1].leads()) << "check-quorum is slower";
  EXPECT_LE(g[1]->lease_until(), cut_at + 300 - 30);
}

TEST(lease_test, nobody_else_leads_before_it_ends) {
  for (time_ms cut_after = 0; cut_after < 100; cut_after += 7) {
    group g{3};
    g.elect(1);
    g.pass(200 + cut_after);
    g.cut(1);
    while (g.leader() != 0 && !g[2].leads() && !g[3].leads())
      g.pass(1);
    EXPECT_GT(g.now, g[1]->lease_until() + 29);
  }
}

TEST(lease_test, answers_of_earlier_terms_do_not_extend_it) {
  group g{3};
  g.elect(1);
  g.pass(200);
  auto before = g[1]->lease_until();
  auto term = g[1]->current().term;
  for (node_id id : {2, 3})
    g[1]->step({id, 1, term - 1, heartbeat_answer{0, 0, 0, {1, g.now + 50}}},
               g.now + 50);
  EXPECT_EQ(g[1]->lease_until(), before);
  for (node_id id : {2, 3})
    g[1]->step({id, 1, term, heartbeat_answer{0, 0, 0, {99999, g.now + 50}}},
               g.now + 50);
  EXPECT_EQ(g[1]->lease_until(), before) << "no such round was sent";
}

TEST(lease_test, a_deposed_leader_helps_nobody_while_its_lease_holds) {
  group g{3};
  g.elect(1);
  g.pass(200);
  auto lease = g[1]->lease_until();
  ASSERT_GT(lease, g.now);
  g[1]->step({2, 1, 9, append_answer{}}, g.now);
  EXPECT_FALSE(g[1].leads());
  EXPECT_EQ(g[1]->lease_until(), 0);
  g[1].drain();
  g[1]->step({3, 1, 10, vote_request{false, false, {9, 9}}}, lease - 1);
  EXPECT_TRUE(g[1].drain().empty());
  g[1]->step({3, 1, 10, vote_request{false, false, {9, 9}}}, lease);
  EXPECT_FALSE(g[1].drain().empty());
}

TEST(lease_test, a_read_waits_for_a_round_that_began_after_it) {
  group g{3};
  g.elect(1);
  g.pass(200);
  auto ticket = g[1]->read(g.now).value();
  EXPECT_TRUE(g[1].reads.empty());
  auto beats = only<heartbeat>(g[1].drain());
  ASSERT_EQ(beats.size(), 2u) << "the round starts at once";
  auto term = g[1]->current().term;
  auto stamp = beats[0].second.stamp;
  --stamp.round;
  g[1]->step({2, 1, term, heartbeat_answer{0, 0, 0, stamp}}, g.now);
  g[1].drain();
  EXPECT_TRUE(g[1].reads.empty());
  ++stamp.round;
  g[1]->step({2, 1, term, heartbeat_answer{0, 0, 0, stamp}}, g.now);
  g[1].drain();
  ASSERT_EQ(g[1].reads.size(), 1u);
  EXPECT_EQ(g[1].reads[0].ticket, ticket);
  EXPECT_EQ(g[1].reads[0].index, g[1]->committed());
}

TEST(lease_test, reads_of_one_moment_share_a_round) {
  group g{3};
  g.elect(1);
  g.pass(200);
  for (int i = 0; i < 10; ++i)
    g[1]->read(g.now).value();
  EXPECT_EQ(only<heartbeat>(g[1].drain()).size(), 2u);
}

TEST(lease_test, a_leader_that_was_replaced_confirms_nothing) {
  group g{3};
  g.elect(1);
  g.cut(1);
  g.pass(590);
  ASSERT_TRUE(g[1].leads());
  ASSERT_TRUE(g[1]->read(g.now));
  g.pass(500);
  g.heal();
  g.pass(500);
  EXPECT_TRUE(g[1].reads.empty());
}

TEST(lease_test, a_group_of_one_confirms_at_once) {
  group g{1};
  g.settle();
  ASSERT_TRUE(g[1]->read(g.now));
  g[1].drain();
  EXPECT_EQ(g[1].reads.size(), 1u);
}

} // namespace parley::cluster::raft
