#include "tests/unit/raft/group.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::raft {

namespace {

const auto trio = make_configuration({1, 2, 3}, {}).value();

message ask(node_id from, std::uint64_t term, position last,
            bool rehearsal = false, bool forced = false) {
  return {from, 1, term, vote_request{rehearsal, forced, last}};
}

bool granted(const std::vector<message>& answers) {
  auto votes = only<vote_answer>(answers);
  return !votes.empty() && votes[0].second.granted;
}

} // namespace

TEST(election_test, a_group_of_one_leads_at_once_and_commits_when_persisted) {
  member one{1, make_configuration({1}, {}).value(), 0};
  EXPECT_TRUE(one.leads());
  EXPECT_EQ(one->committed(), 0u);
  auto out = one->take();
  EXPECT_TRUE(out.alone);
  EXPECT_EQ(out.hard_state, (hard_state{1, 1}));
  ASSERT_EQ(out.entries.size(), 1u);
  EXPECT_EQ(out.entries[0].kind, entry_kind::noop);
  EXPECT_TRUE(out.committed.empty());
  one->persisted(out.number);
  EXPECT_EQ(one->take().committed.size(), 1u);
  EXPECT_EQ(one->lease_until(), 0);
  one->applied(1);
  EXPECT_TRUE(one->current().serving);
  EXPECT_EQ(one->lease_until(), never);
  EXPECT_EQ(one->next_deadline(), never);
}

TEST(election_test, one_of_three_wins_after_its_timeout) {
  group g{3};
  EXPECT_EQ(g.leader(), 0u);
  g.pass(700);
  ASSERT_NE(g.leader(), 0u);
  g.pass(100);
  for (node_id id = 1; id <= 3; ++id)
    EXPECT_EQ(g[id]->current().leader, g.leader());
}

TEST(election_test, another_takes_over_within_a_second_of_a_leaders_death) {
  group g{3};
  g.elect(1);
  g.cut(1);
  g.pass(1000);
  EXPECT_TRUE(g[2].leads() || g[3].leads());
  EXPECT_FALSE(g[1].leads());
}

TEST(election_test, votes_once_a_term) {
  member voter{1, trio, 0};
  voter->step(ask(2, 5, {}), 1000);
  EXPECT_TRUE(granted(voter.drain()));
  voter->step(ask(3, 5, {}), 1001);
  EXPECT_FALSE(granted(voter.drain()));
  voter->step(ask(2, 5, {}), 1002);
  EXPECT_TRUE(granted(voter.drain())) << "the same again, for it may be lost";
}

TEST(election_test, remembers_its_vote_across_a_restart) {
  member voter{1, trio, 0};
  voter->step(ask(2, 5, {}), 1000);
  voter.drain();
  voter.restart(1001);
  voter->step(ask(3, 5, {}), 2000);
  EXPECT_FALSE(granted(voter.drain()));
}

TEST(election_test, a_vote_leaves_only_after_it_is_on_disk) {
  member voter{1, trio, 0};
  voter->step(ask(2, 5, {}), 1000);
  auto out = voter->take();
  EXPECT_TRUE(out.messages_now.empty());
  EXPECT_EQ(out.hard_state, (hard_state{5, 2}));
  EXPECT_TRUE(granted(out.messages_after));
}

TEST(election_test, refuses_a_log_that_is_less_up_to_date) {
  member voter{1, trio, 0};
  voter->step({2, 1, 3, append{{}, 0, 0, {1, 0}, {make_entry(3, 1, "a")}}}, 0);
  voter.drain();
  voter->step(ask(3, 4, {2, 9}), 1000);
  EXPECT_FALSE(granted(voter.drain())) << "a higher last term wins";
  voter->step(ask(3, 5, {3, 0}), 1001);
  EXPECT_FALSE(granted(voter.drain())) << "then the longer log";
  voter->step(ask(3, 6, {3, 1}), 1002);
  EXPECT_TRUE(granted(voter.drain()));
}

TEST(election_test, does_not_vote_while_it_hears_from_a_leader) {
  member voter{1, trio, 0};
  voter->step({2, 1, 3, heartbeat{0, 0, 0, {1, 0}}}, 1000);
  voter.drain();
  voter->step(ask(3, 4, {9, 9}), 1299);
  EXPECT_FALSE(granted(voter.drain()));
  EXPECT_EQ(voter->current().term, 3u) << "nor takes over the term";
  voter->step(ask(3, 4, {9, 9}), 1300);
  EXPECT_TRUE(granted(voter.drain()));
}

TEST(election_test, does_not_vote_right_after_a_restart) {
  member voter{1, trio, 0};
  voter->step({2, 1, 3, heartbeat{0, 0, 0, {1, 0}}}, 1000);
  voter.drain();
  voter.restart(1010);
  voter->step(ask(3, 4, {9, 9}), 1290);
  EXPECT_FALSE(granted(voter.drain()))
    << "it has promised node 2 to wait, and forgotten it";
  voter->step(ask(3, 4, {9, 9}), 1310);
  EXPECT_TRUE(granted(voter.drain()));
}

TEST(election_test, does_not_stand_right_after_a_restart) {
  member m{1, trio, 0};
  m->step({2, 1, 3, heartbeat{0, 0, 0, {1, 0}}}, 1000);
  m.drain();
  m.restart(1010);
  EXPECT_GE(m->next_deadline(), 1310);
}

TEST(election_test, a_leader_restarts_as_a_follower_of_its_old_term) {
  group g{3};
  g.elect(1);
  auto term = g[1]->current().term;
  g[1].restart(g.now);
  EXPECT_FALSE(g[1].leads());
  EXPECT_EQ(g[1]->current().term, term);
  g[1]->tick(g.now + 1000);
  EXPECT_GT(only<vote_request>(g[1].drain())[0].first.term, term);
}

TEST(election_test, a_rehearsal_changes_nothing) {
  member voter{1, trio, 0};
  voter->step(ask(2, 7, {}, true), 1000);
  auto out = voter->take();
  EXPECT_FALSE(out.must_persist());
  EXPECT_TRUE(granted(out.messages_after));
  EXPECT_EQ(voter->current().term, 0u);
}

TEST(election_test, who_was_cut_off_does_not_disrupt_when_it_comes_back) {
  group g{3};
  g.elect(1);
  auto term = g[1]->current().term;
  g.cut(3);
  g.pass(5000);
  EXPECT_EQ(g[3]->current().term, term) << "it only rehearsed";
  g.heal();
  g.pass(1000);
  EXPECT_TRUE(g[1].leads());
  EXPECT_EQ(g[1]->current().term, term);
  EXPECT_EQ(g[3]->current().leader, 1u);
}

TEST(election_test, a_member_with_a_higher_term_is_not_left_out) {
  group g{3};
  g.elect(1);
  g.cut(3);
  g[3]->step({2, 3, 50, vote_answer{}}, g.now);
  g.pass(100);
  g.heal();
  g.pass(3000);
  ASSERT_NE(g.leader(), 0u);
  EXPECT_GE(g[g.leader()]->current().term, 50u);
  EXPECT_EQ(g[3]->current().leader, g.leader());
}

TEST(election_test, a_leader_that_nobody_answers_steps_down) {
  group g{3};
  g.elect(1);
  g.cut(1);
  g.pass(599);
  EXPECT_TRUE(g[1].leads());
  g.pass(101);
  EXPECT_FALSE(g[1].leads());
}

TEST(election_test, a_leader_that_one_of_two_answers_stays) {
  group g{3};
  g.elect(1);
  g.cut(3);
  g.pass(5000);
  EXPECT_TRUE(g[1].leads());
}

TEST(election_test, an_order_to_stand_is_taken_from_the_leader_only) {
  member m{1, trio, 0};
  m->step({2, 1, 3, heartbeat{0, 0, 0, {1, 0}}}, 1000);
  m.drain();
  m->step({3, 1, 3, timeout_now{}}, 1001);
  EXPECT_EQ(m->current().term, 3u);
  m->step({2, 1, 3, timeout_now{}}, 1001);
  EXPECT_EQ(m->current().term, 4u);
  auto requests = only<vote_request>(m.drain());
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_TRUE(requests[0].second.forced);
}

TEST(election_test, a_node_outside_of_the_group_never_stands) {
  member m{1, {}, 0};
  EXPECT_EQ(m->next_deadline(), never);
  m->step({2, 1, 3, heartbeat{0, 0, 0, {1, 0}}}, 1000);
  m.drain();
  EXPECT_EQ(m->next_deadline(), never);
}

} // namespace parley::cluster::raft
