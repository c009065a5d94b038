#include "cluster/member/removal.hpp"
#include "tests/unit/cluster/map_samples.hpp"
#include "tests/unit/cluster/member_group.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cluster {
namespace {

using test::map_of;
using testing::HasSubstr;

cluster_map whole(std::size_t nodes, std::size_t shards = 4) {
  auto map = map_of(std::vector<std::string>(nodes), shards);
  for (auto& row : map.shards)
    row = {{1, 2, 3}, {1, 2, 3}};
  return map;
}

node_sight seeing(std::set<node_id> nodes) {
  return {std::move(nodes), {}, {1, 2, 3}};
}

void drain(cluster_map& map, node_sight& seen, node_id node) {
  map.nodes.at(node).state = node_state::draining;
  seen.drained.insert(node);
}

std::string refusal(node_id node, const cluster_map& map,
                    const node_sight& seen) {
  auto may = may_remove(node, map, seen);
  if (may)
    return {};
  EXPECT_EQ(may.error().code, errc::conflict);
  return may.error().detail;
}

TEST(removal, a_node_that_is_up_must_drain_first) {
  auto map = whole(3);
  auto seen = seeing({1, 2, 3});
  EXPECT_THAT(refusal(2, map, seen), HasSubstr("not drained"));
  map.nodes.at(2).state = node_state::draining;
  EXPECT_THAT(refusal(2, map, seen), HasSubstr("still draining"));
  seen.drained.insert(2);
  EXPECT_TRUE(may_remove(2, map, seen));
}

TEST(removal, a_dead_node_may_go_where_the_others_are_a_majority) {
  auto map = whole(3);
  EXPECT_TRUE(may_remove(2, map, seeing({1, 3})));
  EXPECT_THAT(refusal(2, map, seeing({1})), HasSubstr("majority"));
}

TEST(removal, the_second_of_two_in_a_row_waits_for_the_first) {
  auto map = whole(4);
  auto seen = seeing({1, 3, 4});
  map.nodes.at(2).state = node_state::removed;
  drain(map, seen, 4);
  EXPECT_THAT(refusal(4, map, seen), HasSubstr("moving or lack replicas"));
  for (auto& row : map.shards)
    row = {{1, 3}, {1, 2, 3}};
  EXPECT_THAT(refusal(4, map, seen), HasSubstr("moving or lack replicas"));
  for (auto& row : map.shards)
    row = {{1, 3, 4}, {1, 3, 4}};
  EXPECT_THAT(refusal(4, map, seen), HasSubstr("cluster map are changing"));
  seen.map_voters = {1, 3, 4};
  EXPECT_TRUE(may_remove(4, map, seen));
}

TEST(removal, no_group_is_left_without_a_majority) {
  auto map = whole(3);
  auto seen = seeing({1, 2, 3});
  drain(map, seen, 3);
  map.shards[1] = {{1, 3}, {1, 3}};
  map.shards[2] = {{3}, {3}};
  EXPECT_THAT(refusal(3, map, seen), HasSubstr("2 shards would be left"));
  auto cost = cost_of_removal(3, map, seen);
  EXPECT_EQ(cost.replicas, 4u);
  EXPECT_EQ(cost.without_majority, (std::vector<shard_id>{1, 2}));
}

TEST(removal, what_moves_counts_by_both_groups) {
  auto map = whole(4);
  auto seen = seeing({1, 2, 3, 4});
  drain(map, seen, 4);
  map.shards[0] = {{4}, {1, 2, 3}};
  EXPECT_EQ(cost_of_removal(4, map, seen).without_majority,
            std::vector<shard_id>{0});
}

TEST(removal, the_map_keeps_its_majority) {
  auto map = whole(3);
  auto seen = seeing({1, 2, 3});
  drain(map, seen, 3);
  seen.map_voters = {2, 3};
  EXPECT_THAT(refusal(3, map, seen), HasSubstr("cluster map"));
  seen.map_voters = {};
  EXPECT_THAT(refusal(3, map, seen), HasSubstr("cluster map"));
}

TEST(removal, nobody_is_removed_twice) {
  auto map = whole(3);
  map.nodes.at(2).state = node_state::removed;
  auto may = may_remove(2, map, seeing({1, 3}));
  ASSERT_FALSE(may);
  EXPECT_EQ(may.error().code, errc::not_found);
}

result<void> change(test::member_group& group, node_id by,
                    const map_change& what) {
  std::promise<result<void>> told;
  group.at(by).change(
    what, [&](result<void> done) { told.set_value(std::move(done)); });
  return told.get_future().get();
}

map_change removal_of(node_id node, const char* how = "") {
  map_change out;
  out.what = map_change::kind::remove;
  out.node = node;
  out.text = how;
  return out;
}

TEST(removal, the_owner_of_the_map_refuses_whoever_asks) {
  test::member_group group;
  ASSERT_TRUE(group.await_settled());
  for (node_id by = 1; by <= 3; ++by) {
    auto done = change(group, by, removal_of(by == 2 ? 3 : 2));
    ASSERT_FALSE(done) << by;
    EXPECT_EQ(done.error().code, errc::conflict);
    EXPECT_THAT(done.error().detail, HasSubstr("not drained"));
  }
}

TEST(removal, of_two_in_a_row_the_second_is_refused_and_all_go_on) {
  test::member_group group;
  ASSERT_TRUE(group.await_settled());
  group.stop(3);
  ASSERT_TRUE(group.await([&] { return group.at(1).others().size() == 1; }));
  ASSERT_TRUE(
    group.await([&] { return bool{change(group, 1, removal_of(3))}; }));
  map_change drained;
  drained.node = 2;
  ASSERT_TRUE(change(group, 1, drained));
  group.at(2).report({0, true, {}});
  ASSERT_TRUE(
    group.await([&] { return group.at(1).sight().drained.contains(2); }));
  auto second = change(group, 1, removal_of(2));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::conflict);
  EXPECT_THAT(second.error().detail, HasSubstr("cannot be removed now"));
  storage::write_set writes;
  writes.put(storage::map_key(0, "test", "a"), "1");
  EXPECT_TRUE(group.write(0, writes));
}

TEST(removal, is_made_where_it_is_forced) {
  test::member_group group;
  ASSERT_TRUE(group.await_settled());
  EXPECT_TRUE(change(group, 1, removal_of(3, map_change::forced)));
}

} // namespace
} // namespace parley::cluster
