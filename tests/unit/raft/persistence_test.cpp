#include "tests/unit/raft/group.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::raft {

namespace {

const auto trio = make_configuration({1, 2, 3}, {}).value();

message entries(std::uint64_t term, position before, std::uint64_t commit,
                std::vector<entry> what) {
  return {2, 1, term, append{before, commit, 0, {1, 0}, std::move(what)}};
}

} // namespace

TEST(persistence_test, a_follower_acknowledges_after_its_disk) {
  member m{1, trio, 0};
  m->step(entries(1, {}, 0, {make_entry(1, 1, "a")}), 1000);
  auto out = m->take();
  EXPECT_TRUE(only<append_answer>(out.messages_now).empty());
  EXPECT_EQ(only<append_answer>(out.messages_after).size(), 1u);
}

TEST(persistence_test, a_leaders_entries_travel_while_its_disk_writes) {
  group g{3};
  g.elect(1);
  g.pass(200);
  g[1]->propose("a", g.now).value();
  auto out = g[1]->take();
  EXPECT_EQ(only<append>(out.messages_now).size(), 2u);
  EXPECT_EQ(out.entries.size(), 1u);
}

TEST(persistence_test, a_leaders_own_disk_counts_only_when_it_has_it) {
  group g{3};
  g.elect(1);
  g.pass(200);
  auto at = g[1]->propose("a", g.now).value();
  auto out = g[1]->take();
  auto term = g[1]->current().term;
  auto commit = g[1]->committed();
  g[1]->step({2, 1, term, append_answer{true, at.index, 0, {}}}, g.now);
  EXPECT_EQ(g[1]->committed(), commit) << "one disk of three";
  g[1]->persisted(out.number);
  EXPECT_EQ(g[1]->committed(), at.index);
}

TEST(persistence_test, applies_nothing_that_its_own_disk_lacks) {
  group g{3};
  g.elect(1);
  g.pass(200);
  auto at = g[1]->propose("a", g.now).value();
  auto out = g[1]->take();
  auto term = g[1]->current().term;
  for (node_id id : {2, 3})
    g[1]->step({id, 1, term, append_answer{true, at.index, 0, {}}}, g.now);
  EXPECT_EQ(g[1]->committed(), at.index);
  EXPECT_TRUE(g[1]->take().committed.empty());
  g[1]->persisted(out.number);
  EXPECT_EQ(g[1]->take().committed.size(), 1u);
}

// A write that is overtaken by a truncation does not count, even when the same
// entry comes back: the disk will drop it in between.
TEST(persistence_test, a_late_report_does_not_cover_what_was_replaced) {
  member m{1, trio, 0};
  m->step(entries(1, {}, 0, {make_entry(1, 1, "a")}), 1000);
  auto first = m->take();
  m->step(entries(2, {}, 0, {make_entry(2, 1, "b")}), 1001);
  auto second = m->take();
  m->step({3, 1, 3, append{{}, 1, 0, {1, 0}, {make_entry(1, 1, "a")}}}, 1002);
  auto third = m->take();
  m->persisted(first.number);
  EXPECT_TRUE(m->take().committed.empty());
  m->persisted(second.number);
  EXPECT_TRUE(m->take().committed.empty());
  m->persisted(third.number);
  auto out = m->take();
  ASSERT_EQ(out.committed.size(), 1u);
  EXPECT_EQ(out.committed[0].at, (position{1, 1}));
}

TEST(persistence_test, no_message_speaks_for_a_term_that_is_not_on_disk) {
  member one{1, make_configuration({1}, {2}).value(), 0};
  auto out = one->take();
  EXPECT_TRUE(out.messages_now.empty());
  EXPECT_EQ(only<append>(out.messages_after).size(), 1u);
  EXPECT_FALSE(out.alone) << "the learner needs the log";
}

TEST(persistence_test, a_restart_continues_where_the_log_ended) {
  group g{3};
  g.elect(1);
  g[1]->propose("a", g.now).value();
  g.settle();
  g.pass(200);
  auto last = g[2]->last();
  g[2].restart(g.now);
  EXPECT_EQ(g[2]->last(), last);
  EXPECT_EQ(g[2]->committed(), 2u);
  g[1]->propose("b", g.now).value();
  g.pass(200);
  EXPECT_EQ(g[2].applied, (std::vector<std::string>{"", "a", "b"}));
}

TEST(persistence_test, entries_not_applied_before_a_crash_are_applied_after) {
  group g{3};
  g.elect(1);
  g[1]->propose("a", g.now).value();
  g.settle();
  g.pass(200);
  g[2].disk.applied = 1;
  g[2].applied.resize(1);
  g[2].restart(g.now);
  g.pass(200);
  EXPECT_EQ(g[2].applied, (std::vector<std::string>{"", "a"}));
}

// Its leader has nothing new to send, and thinks that it knows where it is.
TEST(persistence_test, they_are_also_after_its_link_broke) {
  group g{3};
  g.elect(1);
  g[1]->propose("a", g.now).value();
  g.settle();
  g.pass(200);
  g[2].disk.applied = 1;
  g[2].applied.resize(1);
  g[2].restart(g.now);
  g[1]->unreachable(2);
  g.pass(300);
  EXPECT_EQ(g[2].applied, (std::vector<std::string>{"", "a"}));
}

TEST(persistence_test, a_log_with_a_hole_is_not_opened) {
  memory_log disk;
  disk.log.push_back(make_entry(1, 2, "x"));
  initial_state found{{1, 0}, {}, {1, 2}, 0, trio};
  EXPECT_EQ(core::open({}, 1, found, disk, 1, 0).error().code, errc::corrupt);
}

TEST(persistence_test, a_state_beyond_its_log_is_not_opened) {
  memory_log disk;
  initial_state found{{1, 0}, {}, {}, 7, trio};
  EXPECT_EQ(core::open({}, 1, found, disk, 1, 0).error().code, errc::corrupt);
}

} // namespace parley::cluster::raft
