#pragma once

#include "cluster/member/cluster_map.hpp"

#include <string>
#include <vector>

namespace parley::cluster::test {

/// Nodes 1, 2, … n1, n2, …, one for each zone given, all of them up; no shard
/// has a replica yet.
inline cluster_map map_of(const std::vector<std::string>& zones,
                          std::size_t shards, std::uint32_t replicas = 3) {
  cluster_map map;
  map.cluster = 77;
  map.replicas = replicas;
  map.shards.resize(shards);
  for (const auto& zone : zones) {
    node_row row;
    row.id = map.next_id();
    row.name = "n" + std::to_string(row.id);
    row.address = "127.0.0.1:" + std::to_string(7400 + row.id);
    row.zone = zone;
    map.nodes.emplace(row.id, row);
  }
  return map;
}

/// The same with all shards on the first node, as they are at the beginning.
inline cluster_map young_map(const std::vector<std::string>& zones,
                             std::size_t shards, std::uint32_t replicas = 3) {
  auto map = map_of(zones, shards, replicas);
  for (auto& row : map.shards)
    row = {{1}, {1}};
  return map;
}

} // namespace parley::cluster::test
