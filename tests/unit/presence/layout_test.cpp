#include "cluster/presence/layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cluster::presence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const user_id alice{"alice"};
const incarnation first{"a1", 1};
const incarnation second{"a1", 2};
const incarnation reborn{"b2", 1};

node_lease lease(const incarnation& of, bool asserting = false) {
  return {lease_text{of, asserting, 1, 1, 5, "n"}, 900};
}

user_hash on(node_id node, const incarnation& as, timestamp_ms since = 100) {
  user_hash out;
  out.nodes[node] = {true, as, since};
  return out;
}

TEST(key_names_test, begin_with_the_prefix) {
  key_names keys{"chat:"};
  EXPECT_EQ(keys.user(alice), "chat:user:alice");
  EXPECT_EQ(keys.lease(7), "chat:lease:7");
  EXPECT_EQ(keys.nodes(), "chat:nodes");
}

TEST(layout_test, texts_are_read_as_written) {
  lease_text x{second, true, 12, 34, 1'790'000'000'000, "n1"};
  EXPECT_EQ(to_string(x), "a1.2 asserting 12 34 1790000000000 n1");
  EXPECT_EQ(parse_lease(to_string(x)), x);
  x.asserting = false;
  EXPECT_EQ(parse_lease(to_string(x)), x);
  entry there{true, first, 17};
  EXPECT_EQ(to_string(there), "on a1.1 17");
  EXPECT_EQ(parse_entry("on a1.1 17"), there);
  EXPECT_EQ(parse_entry("off a1.1 17")->present, false);
}

TEST(layout_test, later_versions_may_add_words) {
  EXPECT_TRUE(parse_lease("a1.2 ready 1 2 3 n1 more words"));
  EXPECT_TRUE(parse_entry("on a1.1 17 more"));
}

TEST(layout_test, what_others_wrote_may_be_anything) {
  for (const auto* text :
       {"", " ", "a1.2", "a1 ready 1 2 3 n", "a1.x ready 1 2 3 n",
        ".1 ready 1 2 3 n", "a1.2 ready x 2 3 n", "a1.2 dead 1 2 3 n",
        "a1.2 ready 1 2 3"})
    EXPECT_FALSE(parse_lease(text)) << text;
  for (const auto* text :
       {"", "on", "on a1.1", "on a1.1 x", "on a1 5", "up a1.1 5", "on  a1.1 5"})
    EXPECT_FALSE(parse_entry(text)) << text;
  std::string long_name(100, 'r');
  long_name.append(".1 ready 1 2 3 n");
  EXPECT_FALSE(parse_lease(long_name));
}

TEST(layout_test, unknown_fields_of_a_user_are_left_out) {
  user_hash said;
  said.add("1", "on a1.1 5");
  said.add("status", "busy");
  said.add("x", "on a1.1 5");
  said.add("2", "nonsense");
  said.add("-1", "on a1.1 5");
  EXPECT_EQ(said.nodes.size(), 1u);
  EXPECT_EQ(said.status, status::busy);
}

TEST(judge_test, whose_node_holds_the_lease_is_there) {
  auto said = on(1, first);
  said.status = status::away;
  view expected{alice, {1}, status::away, 0, false};
  EXPECT_EQ(judge(alice, said, {{1, lease(first)}}, false), expected);
}

TEST(judge_test, the_end_of_a_lease_voids_what_was_said_under_it) {
  auto seen = judge(alice, on(1, first), {{1, {std::nullopt, 900}}}, false);
  EXPECT_EQ(seen, (view{alice, {}, status::offline, 900, false}));
  EXPECT_EQ(judge(alice, on(1, first), {}, false).last_seen, 100);
}

TEST(judge_test, another_run_of_the_node_says_nothing_of_the_last) {
  auto seen = judge(alice, on(1, first), {{1, lease(reborn)}}, false);
  EXPECT_EQ(seen, (view{alice, {}, status::offline, 100, false}));
}

TEST(judge_test, an_old_generation_counts_as_stale_until_all_is_said_again) {
  auto during = judge(alice, on(1, first), {{1, lease(second, true)}}, false);
  EXPECT_EQ(during, (view{alice, {1}, status::online, 0, true}));
  auto after = judge(alice, on(1, first), {{1, lease(second)}}, false);
  EXPECT_EQ(after, (view{alice, {}, status::offline, 100, false}));
}

TEST(judge_test, absence_is_not_sure_while_a_node_has_more_to_say) {
  EXPECT_TRUE(judge(alice, {}, {{2, lease(first, true)}}, false).stale);
  EXPECT_TRUE(judge(alice, {}, {}, true).stale);
  EXPECT_FALSE(judge(alice, {}, {{2, lease(first)}}, false).stale);
  EXPECT_FALSE(judge(alice, on(1, first), {{1, lease(first)}}, true).stale);
}

TEST(judge_test, one_of_two_nodes_is_enough_and_the_last_seen_is_the_latest) {
  auto said = on(1, first);
  said.nodes[2] = {false, first, 300};
  said.nodes[3] = {true, first, 200};
  node_leases leases{{1, lease(reborn)}, {3, lease(first)}};
  EXPECT_THAT(judge(alice, said, leases, false).nodes, ElementsAre(3u));
  leases.erase(3);
  EXPECT_EQ(judge(alice, said, leases, false).last_seen, 300);
}

TEST(judge_test, a_node_knows_its_own_sessions_better_than_redis) {
  change here{alice, true, 50, status::busy};
  auto there = judge(alice, {}, {}, true, 1, here);
  EXPECT_EQ(there, (view{alice, {1}, status::busy, 0, false}));
  auto gone = judge(alice, on(1, first, 70), {}, false, 1, std::nullopt);
  EXPECT_EQ(gone, (view{alice, {}, status::offline, 70, false}));
  auto both = judge(alice, on(2, first), {{2, lease(first)}}, false, 1, here);
  EXPECT_THAT(both.nodes, ElementsAre(1u, 2u));
}

TEST(server_of_test, one_more_server_moves_users_to_itself_only) {
  std::vector<std::string> two{"a:1", "b:1"};
  std::vector<std::string> three{"a:1", "b:1", "c:1"};
  std::array<int, 3> share{};
  for (int i = 0; i < 3'000; ++i) {
    user_id user{"user" + std::to_string(i)};
    auto before = server_of(user, two);
    auto after = server_of(user, three);
    EXPECT_TRUE(after == before || after == 2);
    ++share[after];
  }
  for (auto each : share)
    EXPECT_NEAR(each, 1'000, 150);
  EXPECT_EQ(server_of(alice, {}), 0u);
}

} // namespace
} // namespace parley::cluster::presence
