#include "tests/unit/raft/group.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::raft {

namespace {

const auto trio = make_configuration({1, 2, 3}, {}).value();

message entries(std::uint64_t term, position before, std::uint64_t commit,
                std::vector<entry> what) {
  return {2, 1, term, append{before, commit, 0, {1, 0}, std::move(what)}};
}

append_answer answer_to(member& m, message request, time_ms now = 1000) {
  m->step(std::move(request), now);
  auto answers = only<append_answer>(m.drain());
  EXPECT_EQ(answers.size(), 1u);
  return answers.at(0).second;
}

/// Node 1 as leader of term 2, whose log starts with an entry of term 1.
member leader_with_an_old_entry() {
  member m{1, trio, 0};
  m->step(entries(1, {}, 0, {make_entry(1, 1, "old")}), 0);
  m.drain();
  m->tick(1000);
  m.drain();
  m->step({2, 1, 2, vote_answer{true, true}}, 1001);
  m.drain();
  m->step({2, 1, 2, vote_answer{false, true}}, 1002);
  m.drain();
  return m;
}

} // namespace

TEST(replication_test, what_is_proposed_is_applied_everywhere_in_order) {
  group g{3};
  g.elect(1);
  EXPECT_EQ(g[1]->propose("a", g.now)->index, 2u);
  EXPECT_EQ(g[1]->propose("b", g.now)->index, 3u);
  g.settle();
  g.pass(100);
  for (node_id id = 1; id <= 3; ++id)
    EXPECT_EQ(g[id].applied, (std::vector<std::string>{"", "a", "b"}));
}

TEST(replication_test, proposals_of_one_moment_travel_in_one_message) {
  group g{3};
  g.elect(1);
  for (int i = 0; i < 100; ++i)
    g[1]->propose("x", g.now).value();
  auto appends = only<append>(g[1]->take().messages_now);
  ASSERT_EQ(appends.size(), 2u);
  EXPECT_EQ(appends[0].second.entries.size(), 100u);
  EXPECT_EQ(appends[0].second.entries[0].data.get(),
            appends[1].second.entries[0].data.get())
    << "the payload is shared";
}

TEST(replication_test, only_a_leader_takes_proposals) {
  group g{3};
  g.elect(1);
  EXPECT_EQ(g[2]->propose("a", g.now).error().code, errc::unavailable);
}

TEST(replication_test, uncommitted_entries_are_bounded) {
  options opts;
  opts.uncommitted_bytes_max = 10;
  group g{3, opts};
  g.elect(1);
  EXPECT_TRUE(g[1]->propose("0123456789", g.now));
  EXPECT_TRUE(g[1]->propose("0", g.now));
  EXPECT_EQ(g[1]->propose("1", g.now).error().code, errc::rate_limited);
  g.settle();
  EXPECT_TRUE(g[1]->propose("1", g.now));
}

// Paper, figure 8: an entry of an earlier term that a majority holds can still
// be replaced.
TEST(replication_test, entries_of_an_old_term_are_not_committed_by_counting) {
  auto m = leader_with_an_old_entry();
  ASSERT_TRUE(m.leads());
  ASSERT_EQ(m->last(), (position{2, 2}));
  m->step({2, 1, 2, append_answer{true, 1, 0, {}}}, 1003);
  m->step({3, 1, 2, append_answer{true, 1, 0, {}}}, 1003);
  m.drain();
  EXPECT_EQ(m->committed(), 0u);
  m->step({2, 1, 2, append_answer{true, 2, 0, {}}}, 1004);
  m.drain();
  EXPECT_EQ(m->committed(), 2u) << "the no-op of its own term commits both";
}

TEST(replication_test, a_leader_starts_its_term_with_a_noop) {
  auto m = leader_with_an_old_entry();
  ASSERT_EQ(m.disk.log.size(), 2u);
  EXPECT_EQ(m.disk.log[1].kind, entry_kind::noop);
  EXPECT_FALSE(m->current().serving);
  EXPECT_FALSE(m->read(1003));
}

TEST(replication_test, takes_nothing_where_the_logs_do_not_match) {
  member m{1, trio, 0};
  auto gap = answer_to(m, entries(1, {1, 5}, 6, {make_entry(1, 6, "x")}));
  EXPECT_FALSE(gap.matched);
  EXPECT_EQ(gap.index, 0u);
  EXPECT_EQ(gap.refused, 5u);
  answer_to(m, entries(1, {}, 0, {make_entry(1, 1, "a")}));
  auto other = answer_to(m, entries(3, {2, 1}, 0, {make_entry(3, 2, "b")}));
  EXPECT_FALSE(other.matched);
  EXPECT_EQ(m->last(), (position{1, 1}));
  EXPECT_EQ(m->committed(), 0u);
}

TEST(replication_test, acknowledges_only_what_it_has_checked) {
  member m{1, trio, 0};
  answer_to(m, entries(1, {}, 0,
                       {make_entry(1, 1, "a"), make_entry(1, 2, "b"),
                        make_entry(1, 3, "c")}));
  auto answer = answer_to(m, entries(2, {1, 1}, 3, {}));
  EXPECT_TRUE(answer.matched);
  EXPECT_EQ(answer.index, 1u) << "2 and 3 may not be the new leader's";
  EXPECT_EQ(m->committed(), 1u) << "nor are they committed by its word";
  m->step({2, 1, 2, heartbeat{3, 0, 3, {1, 0}}}, 1001);
  auto beats = only<heartbeat_answer>(m.drain());
  EXPECT_EQ(beats.at(0).second.received, 1u);
  EXPECT_EQ(beats.at(0).second.stored, 1u);
  EXPECT_EQ(m->committed(), 1u);
}

TEST(replication_test, replaces_what_conflicts_and_what_follows) {
  member m{1, trio, 0};
  answer_to(m, entries(1, {}, 0,
                       {make_entry(1, 1, "a"), make_entry(1, 2, "b"),
                        make_entry(1, 3, "c")}));
  answer_to(m, entries(2, {1, 1}, 0, {make_entry(2, 2, "B")}));
  EXPECT_EQ(m->last(), (position{2, 2}));
  EXPECT_EQ(m.disk.log.size(), 2u);
}

TEST(replication_test, an_old_append_does_not_shorten_the_log) {
  member m{1, trio, 0};
  answer_to(m,
            entries(1, {}, 0, {make_entry(1, 1, "a"), make_entry(1, 2, "b")}));
  auto answer = answer_to(m, entries(1, {}, 0, {make_entry(1, 1, "a")}));
  EXPECT_TRUE(answer.matched);
  EXPECT_EQ(m->last(), (position{1, 2}));
}

TEST(replication_test, never_replaces_what_is_committed) {
  member m{1, trio, 0};
  answer_to(m, entries(1, {}, 1, {make_entry(1, 1, "a")}));
  ASSERT_EQ(m->committed(), 1u);
  m->step(entries(2, {}, 1, {make_entry(2, 1, "z")}), 1001);
  m.drain();
  EXPECT_EQ(m->last(), (position{1, 1}));
  EXPECT_EQ(m.applied, std::vector<std::string>{"a"});
}

TEST(replication_test, survives_entries_that_cannot_be) {
  member m{1, trio, 0};
  m->step(entries(1, {}, 0, {make_entry(1, 7, "gap")}), 1000);
  m->step(entries(1, {5, 3}, 0, {make_entry(1, 4, "back")}), 1000);
  entry config{
    {1, 1}, entry_kind::config, std::make_shared<const std::string>("?")};
  m->step(entries(1, {}, 0, {config}), 1000);
  m.drain();
  EXPECT_EQ(m->last(), position{});
}

TEST(replication_test, a_lost_append_is_sent_again) {
  group g{3};
  g.elect(1);
  g.pass(200);
  g.cut(3);
  g[1]->propose("a", g.now).value();
  g.settle();
  g.heal();
  g.pass(200);
  EXPECT_EQ(g[3].applied, (std::vector<std::string>{"", "a"}));
}

TEST(replication_test, a_lost_answer_does_not_close_the_window) {
  options opts;
  opts.inflight_messages_max = 1;
  group g{3, opts};
  g.elect(1);
  g.lost = [](const message& m) {
    return std::holds_alternative<append_answer>(m.body);
  };
  g[1]->propose("a", g.now).value();
  g.settle();
  g[1]->propose("b", g.now).value();
  g.pass(300);
  EXPECT_EQ(g[1].applied, (std::vector<std::string>{"", "a", "b"}));
}

/// Node 1 leads, and node 3 is cut off from a hundred entries.
void leave_behind(group& g) {
  g.elect(1);
  g.cut(3);
  for (int i = 0; i < 100; ++i) {
    g[1]->propose("value", g.now).value();
    g.settle();
  }
}

TEST(replication_test, a_follower_far_behind_catches_up_from_the_disk) {
  options opts;
  opts.tail_bytes_max = 10;
  opts.append_entries_max = 7;
  group g{3, opts};
  leave_behind(g);
  g.heal();
  g.pass(300);
  EXPECT_EQ(g[3].applied.size(), 101u);
  EXPECT_EQ(g[1]->held_by_all(), 101u);
  g.pass(100);
  EXPECT_EQ(g[2]->held_by_all(), 101u);
}

TEST(replication_test, what_may_not_be_read_yet_is_read_as_soon_as_it_may) {
  options opts;
  opts.tail_bytes_max = 10;
  group g{3, opts};
  leave_behind(g);
  g.heal();
  g[1].disk.busy_ms = 20;
  g.pass(300);
  EXPECT_LT(g[3].applied.size(), 100u);
  g[1]->propose("value", g.now).value();
  g.settle();
  EXPECT_EQ(g[1].applied.size(), 102u) << "others wait for it";
  g[1].disk.busy_ms = 0;
  g.pass(20);
  EXPECT_EQ(g[3].applied.size(), 102u);
}

TEST(replication_test, a_deposed_leaders_entries_give_way) {
  group g{3};
  g.elect(1);
  g.cut(1);
  g[1]->propose("lost", g.now).value();
  g.settle();
  g.pass(1000);
  ASSERT_TRUE(g[2].leads() || g[3].leads());
  auto id = g[2].leads() ? 2u : 3u;
  g[id]->propose("kept", g.now).value();
  g.heal();
  g.pass(500);
  for (node_id n = 1; n <= 3; ++n)
    EXPECT_EQ(g[n].applied, (std::vector<std::string>{"", "", "kept"}));
}

TEST(replication_test, an_idle_group_is_quiet) {
  group g{3};
  g.elect(1);
  g.pass(300);
  std::size_t count = 0;
  g.lost = [&](const message&) {
    ++count;
    return false;
  };
  g.pass(1000);
  EXPECT_EQ(count, 40u) << "ten heartbeats to two, and their answers";
}

TEST(replication_test, heartbeats_fall_due_together_in_all_groups) {
  group a{3};
  group b{3};
  a.elect(1);
  b.now += 17;
  b.elect(2);
  a.pass(301);
  b.pass(301);
  EXPECT_EQ(a[1]->next_deadline() % 100, 0);
  EXPECT_EQ(b[2]->next_deadline() % 100, 0);
}

} // namespace parley::cluster::raft
