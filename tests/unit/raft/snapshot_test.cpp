#include "tests/unit/raft/group.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::raft {

namespace {

const auto trio = make_configuration({1, 2, 3}, {}).value();

message entries(std::uint64_t term, position before, std::uint64_t commit,
                std::vector<entry> what) {
  return {2, 1, term, append{before, commit, 0, {1, 0}, std::move(what)}};
}

void install(member& m, position upto) {
  if (m->judge(upto) == snapshot_fate::drop_log) {
    m.disk.log.clear();
    m.disk.compacted = upto;
  }
  m->snapshot_installed(upto, trio);
}

} // namespace

TEST(snapshot_test, a_peer_that_needs_what_was_dropped_wants_one) {
  group g{3};
  g.elect(1);
  g.pass(100);
  g.cut(3);
  for (int i = 0; i < 20; ++i)
    g[1]->propose("x", g.now).value();
  g.settle();
  auto upto = g[1]->last();
  g[1].disk.compact(upto);
  g[1]->compacted(upto);
  g.heal();
  g.pass(200);
  ASSERT_EQ(g[1].want_snapshot, std::vector<node_id>{3});
  EXPECT_TRUE(g[1]->peers().back().needs_snapshot);
  install(g[3], upto);
  g[1]->snapshot_sent(3, upto, true);
  g[1]->propose("y", g.now).value();
  g.pass(200);
  EXPECT_EQ(g[3].applied.back(), "y");
  EXPECT_EQ(g[1].want_snapshot.size(), 1u) << "asked for once";
}

TEST(snapshot_test, one_that_failed_is_wanted_again) {
  group g{3};
  g.elect(1);
  g.pass(100);
  g.cut(3);
  for (int i = 0; i < 20; ++i)
    g[1]->propose("x", g.now).value();
  g.settle();
  g[1].disk.compact(g[1]->last());
  g[1]->compacted(g[1]->last());
  g.heal();
  g.pass(200);
  g[1]->snapshot_sent(3, g[1]->last(), false);
  g.pass(200);
  EXPECT_EQ(g[1].want_snapshot.size(), 2u);
}

TEST(snapshot_test, an_older_one_is_refused) {
  member m{1, trio, 0};
  m->step(entries(1, {}, 2, {make_entry(1, 1, "a"), make_entry(1, 2, "b")}),
          1000);
  m.drain();
  EXPECT_EQ(m->judge({1, 2}), snapshot_fate::refuse);
  EXPECT_EQ(m->judge({1, 1}), snapshot_fate::refuse);
  m->snapshot_installed({1, 1}, trio);
  EXPECT_EQ(m->committed(), 2u);
  EXPECT_EQ(m->judge({1, 3}), snapshot_fate::drop_log);
}

TEST(snapshot_test, keeps_acknowledged_entries_that_follow_it) {
  member m{1, trio, 0};
  m->step(entries(1, {}, 0,
                  {make_entry(1, 1, "a"), make_entry(1, 2, "b"),
                   make_entry(1, 3, "c")}),
          1000);
  m.drain();
  ASSERT_EQ(m->judge({1, 2}), snapshot_fate::keep_log);
  install(m, {1, 2});
  EXPECT_EQ(m->last(), (position{1, 3}));
  m->step(entries(1, {1, 3}, 3, {}), 1001);
  m.drain();
  EXPECT_EQ(m.applied, std::vector<std::string>{"c"});
}

TEST(snapshot_test, replaces_a_log_that_differs) {
  member m{1, trio, 0};
  m->step(entries(1, {}, 0, {make_entry(1, 1, "a"), make_entry(1, 2, "b")}),
          1000);
  m.drain();
  ASSERT_EQ(m->judge({2, 2}), snapshot_fate::drop_log);
  install(m, {2, 2});
  EXPECT_EQ(m->last(), (position{2, 2}));
  EXPECT_EQ(m->committed(), 2u);
  m->step(entries(2, {2, 2}, 2, {}), 1001);
  auto answers = only<append_answer>(m.drain());
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].second.index, 2u);
}

// The snapshot came from the leader of a later term, which this member has not
// heard of otherwise.
TEST(snapshot_test, a_leader_that_contradicts_one_is_not_followed) {
  member m{1, trio, 0};
  m->step(entries(15, {}, 0, {make_entry(14, 1, "a")}), 1000);
  m.drain();
  install(m, {14, 5});
  auto stale = make_entry(15, 5, "z");
  m->step(entries(15, {14, 4}, 0, {stale, make_entry(15, 6, "z")}), 1001);
  m->step(entries(15, {15, 5}, 0, {make_entry(15, 6, "z")}), 1002);
  EXPECT_TRUE(only<append_answer>(m.drain()).empty());
  m->step({2, 1, 15, heartbeat{9, 0, 6, {1, 0}}}, 1003);
  auto beats = only<heartbeat_answer>(m.drain());
  EXPECT_LT(beats.at(0).second.received, 5u) << "nothing says it is equal";
  EXPECT_EQ(m->last(), (position{14, 5}));
}

TEST(snapshot_test, a_member_that_dropped_more_than_is_asked_says_so) {
  member m{1, trio, 0};
  install(m, {1, 5});
  m->step(entries(1, {1, 2}, 0, {make_entry(1, 3, "c")}), 1000);
  auto answers = only<append_answer>(m.drain());
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_FALSE(answers[0].second.matched);
  EXPECT_EQ(answers[0].second.index, 5u);
}

TEST(snapshot_test, a_restart_after_one_goes_on_from_it) {
  member m{1, trio, 0};
  install(m, {4, 100});
  m.disk.hard = {4, 0};
  m.disk.applied = 100;
  m.restart(0);
  EXPECT_EQ(m->last(), (position{4, 100}));
  EXPECT_EQ(m->committed(), 100u);
  m->step(entries(4, {4, 100}, 101, {make_entry(4, 101, "z")}), 1000);
  m.drain();
  EXPECT_EQ(m.applied, std::vector<std::string>{"z"});
}

} // namespace parley::cluster::raft
