#include "cluster/member/cluster_map.hpp"
#include "cluster/member/control.hpp"
#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cluster {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t shards = 8;

class cluster_map_test : public testing::Test {
protected:
  cluster_map_test() {
    disk.write(first_rows(
      0xFEDCBA9876543210, 3,
      {1, "n1", "10.0.0.1:7400", {}, "rack-1", node_state::up}, shards));
  }

  cluster_map read() {
    auto map = cluster_map::read(disk.db(), shards);
    EXPECT_TRUE(map);
    return map ? *map : cluster_map{};
  }

  void change(const map_change& what) {
    auto rows = apply(what, read());
    ASSERT_TRUE(rows) << rows.error().detail;
    disk.write(*rows);
  }

  parley::test::test_store disk;
};

TEST_F(cluster_map_test, a_new_cluster_is_one_node_with_all_shards) {
  auto map = read();
  EXPECT_EQ(map.cluster, 0xFEDCBA9876543210);
  EXPECT_EQ(map.replicas, 3u);
  EXPECT_THAT(map.members(), ElementsAre(1));
  EXPECT_EQ(map.next_id(), 2u);
  ASSERT_EQ(map.shards.size(), shards);
  for (const auto& row : map.shards) {
    EXPECT_THAT(row.wanted, ElementsAre(1));
    EXPECT_FALSE(row.moving());
  }
  const auto* node = map.find(1);
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->name, "n1");
  EXPECT_EQ(node->address, "10.0.0.1:7400");
  EXPECT_EQ(node->zone, "rack-1");
}

TEST_F(cluster_map_test, who_has_only_joined_knows_nothing) {
  parley::test::test_store empty;
  auto map = cluster_map::read(empty.db(), shards);
  ASSERT_TRUE(map);
  EXPECT_TRUE(map->nodes.empty());
  EXPECT_EQ(map->shards.size(), shards);
  EXPECT_EQ(map->find(1), nullptr);
}

TEST_F(cluster_map_test, changes_are_read_back) {
  admission with;
  auto rows = admit({"n2", "10.0.0.2:7400", "rack-2"}, read(), with);
  ASSERT_TRUE(rows);
  disk.write(*rows);
  map_change zone;
  zone.what = map_change::kind::zone;
  zone.node = 2;
  zone.text = "rack-9";
  change(zone);
  map_change client;
  client.what = map_change::kind::client;
  client.node = 2;
  client.text = "10.0.0.2:8080";
  change(client);
  map_change drain;
  drain.node = 2;
  change(drain);
  auto map = read();
  EXPECT_EQ(map.find(2)->zone, "rack-9");
  EXPECT_EQ(map.find(2)->client, "10.0.0.2:8080");
  EXPECT_EQ(map.find(2)->state, node_state::draining);
  EXPECT_EQ(map.find(1)->state, node_state::up);
}

TEST_F(cluster_map_test, a_shard_on_its_way_is_read_back_as_such) {
  storage::write_set rows;
  put(rows, 7, {{1, 2, 300}, {1}});
  disk.write(rows);
  auto map = read();
  EXPECT_THAT(map.shards[7].wanted, ElementsAre(1, 2, 300));
  EXPECT_THAT(map.shards[7].placed, ElementsAre(1));
  EXPECT_TRUE(map.shards[7].moving());
  EXPECT_FALSE(map.shards[6].moving());
}

TEST_F(cluster_map_test, the_number_of_a_removed_node_is_not_used_again) {
  storage::write_set rows;
  put(rows, {12, "n12", "h:1", {}, {}, node_state::removed});
  disk.write(rows);
  auto map = read();
  EXPECT_THAT(map.members(), ElementsAre(1));
  EXPECT_EQ(map.next_id(), 13u);
}

TEST_F(cluster_map_test, a_shard_that_there_is_not_is_corrupt) {
  auto map = cluster_map::read(disk.db(), shards - 1);
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, errc::corrupt);
}

TEST_F(cluster_map_test, states_have_names) {
  EXPECT_STREQ(to_string(node_state::up), "up");
  EXPECT_STREQ(to_string(node_state::draining), "draining");
  EXPECT_STREQ(to_string(node_state::removed), "removed");
}

} // namespace
} // namespace parley::cluster
