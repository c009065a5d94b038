#include "cluster/member/placement.hpp"
#include "tests/unit/cluster/map_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace parley::cluster {
namespace {

using test::map_of;
using test::young_map;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t shards = 64;

/// Does what is decided, step by step, as if each were done at once. Answers
/// how many steps that took.
std::size_t settle(cluster_map& map) {
  for (std::size_t steps = 0; steps < 1000; ++steps) {
    auto moves = next_moves(map);
    if (moves.empty())
      return steps;
    EXPECT_LE(moves.size(), moves_max);
    for (auto& [shard, row] : moves)
      map.shards[shard] = {row.wanted, row.wanted};
  }
  ADD_FAILURE() << "it never settles";
  return 0;
}

std::map<node_id, std::size_t> loads(const cluster_map& map) {
  std::map<node_id, std::size_t> out;
  for (auto node : map.members())
    out[node] = 0;
  for (const auto& row : map.shards)
    for (auto node : row.wanted)
      ++out[node];
  return out;
}

std::size_t unevenness(const cluster_map& map) {
  auto all = loads(map);
  auto by_load = [](auto& a, auto& b) { return a.second < b.second; };
  auto [least, most] = std::minmax_element(all.begin(), all.end(), by_load);
  return most->second - least->second;
}

std::size_t zones_of(const cluster_map& map, const shard_row& row) {
  std::set<std::string> zones;
  for (auto node : row.wanted)
    zones.insert(map.find(node)->zone);
  return zones.size();
}

TEST(placement, one_node_has_nothing_to_move) {
  EXPECT_THAT(next_moves(young_map({"a"}, shards)), IsEmpty());
}

TEST(placement, every_shard_gets_three_replicas_of_three_nodes) {
  auto map = young_map({"", "", ""}, shards);
  settle(map);
  for (const auto& row : map.shards)
    EXPECT_THAT(row.wanted, ElementsAre(1, 2, 3));
}

TEST(placement, groups_are_of_odd_sizes) {
  for (std::size_t nodes = 1; nodes <= 6; ++nodes)
    for (std::uint32_t replicas = 1; replicas <= 5; ++replicas) {
      auto map = young_map(std::vector<std::string>(nodes), shards, replicas);
      settle(map);
      auto most = std::min<std::size_t>(nodes, replicas);
      for (const auto& row : map.shards)
        EXPECT_EQ(row.wanted.size(), most - (most + 1) % 2);
    }
}

TEST(placement, the_load_becomes_even) {
  for (std::size_t nodes = 2; nodes <= 7; ++nodes) {
    auto map = young_map(std::vector<std::string>(nodes), shards);
    settle(map);
    EXPECT_LE(unevenness(map), 1u) << nodes << " nodes";
  }
}

TEST(placement, a_new_node_takes_its_share_and_no_more_is_moved) {
  auto map = young_map({"", "", ""}, shards);
  settle(map);
  auto before = map;
  node_row fourth{4, "n4", "127.0.0.1:7404", {}, {}, node_state::up};
  map.nodes.emplace(4, fourth);
  settle(map);
  EXPECT_LE(unevenness(map), 1u);
  std::size_t moved = 0;
  for (std::size_t i = 0; i < shards; ++i)
    for (auto node : map.shards[i].wanted)
      if (std::count(before.shards[i].wanted.begin(),
                     before.shards[i].wanted.end(), node)
          == 0)
        ++moved;
  EXPECT_EQ(moved, loads(map)[4]);
}

TEST(placement, replicas_are_in_different_zones) {
  auto map = young_map({"a", "a", "b", "b", "c"}, shards);
  settle(map);
  for (const auto& row : map.shards)
    EXPECT_EQ(zones_of(map, row), 3u);
}

TEST(placement, fewer_zones_than_replicas_are_used_all) {
  auto map = young_map({"a", "a", "a", "b"}, shards);
  settle(map);
  for (const auto& row : map.shards)
    EXPECT_EQ(zones_of(map, row), 2u);
}

TEST(placement, two_shards_move_at_a_time) {
  auto map = young_map({"", "", ""}, shards);
  for (auto& [shard, row] : next_moves(map))
    map.shards[shard] = row;
  EXPECT_THAT(next_moves(map), IsEmpty());
  auto done = std::find_if(map.shards.begin(), map.shards.end(),
                           [](auto& row) { return row.moving(); });
  ASSERT_NE(done, map.shards.end());
  done->placed = done->wanted;
  EXPECT_EQ(next_moves(map).size(), 1u);
}

TEST(placement, a_removed_node_is_replaced) {
  auto map = young_map({"", "", "", ""}, shards);
  settle(map);
  map.nodes.at(2).state = node_state::removed;
  settle(map);
  for (const auto& row : map.shards) {
    EXPECT_EQ(row.wanted.size(), 3u);
    EXPECT_EQ(std::count(row.wanted.begin(), row.wanted.end(), 2), 0);
  }
}

TEST(placement, a_move_to_a_node_that_is_removed_is_decided_anew) {
  auto map = young_map({"", "", ""}, shards);
  settle(map);
  map.nodes.emplace(4, node_row{4, "n4", "", {}, {}, node_state::up});
  map.shards[5].wanted = {1, 2, 4};
  map.nodes.at(4).state = node_state::removed;
  auto moves = next_moves(map);
  ASSERT_EQ(moves.size(), 1u);
  EXPECT_EQ(moves[0].first, 5u);
  EXPECT_THAT(moves[0].second.wanted, ElementsAre(1, 2, 3));
}

TEST(placement, a_draining_node_keeps_its_replicas) {
  auto map = young_map({"", "", ""}, shards);
  settle(map);
  map.nodes.at(2).state = node_state::draining;
  EXPECT_THAT(next_moves(map), IsEmpty());
}

TEST(placement, the_map_has_an_odd_number_of_voters_of_at_most_five) {
  EXPECT_THAT(map_voters(map_of({""}, 1)), ElementsAre(1));
  EXPECT_THAT(map_voters(map_of({"", ""}, 1)), ElementsAre(1));
  EXPECT_THAT(map_voters(map_of({"", "", "", ""}, 1)), ElementsAre(1, 2, 3));
  auto map = map_of(std::vector<std::string>(8), 1);
  EXPECT_THAT(map_voters(map), ElementsAre(1, 2, 3, 4, 5));
  map.nodes.at(2).state = node_state::removed;
  EXPECT_THAT(map_voters(map), ElementsAre(1, 3, 4, 5, 6));
}

TEST(placement, all_nodes_lead_about_as_many) {
  auto map = young_map({"", "", ""}, shards);
  settle(map);
  std::map<node_id, std::size_t> led;
  for (std::size_t i = 0; i < shards; ++i)
    ++led[preferred_leader(map, static_cast<shard_id>(i))];
  EXPECT_EQ(led.size(), 3u);
  for (auto& [node, count] : led)
    EXPECT_NEAR(static_cast<double>(count), shards / 3.0, 4.0) << node;
}

TEST(placement, a_node_that_drains_leads_nothing) {
  auto map = young_map({"", "", ""}, shards);
  settle(map);
  map.nodes.at(1).state = node_state::draining;
  for (std::size_t i = 0; i < shards; ++i) {
    auto leader = preferred_leader(map, static_cast<shard_id>(i));
    EXPECT_TRUE(leader == 2 || leader == 3);
  }
  EXPECT_EQ(preferred_leader(map, shards), 0u);
}

} // namespace
} // namespace parley::cluster
