#pragma once

#include "cluster/member/cluster_map.hpp"

#include <set>
#include <vector>

namespace parley::cluster {

/// What is known of the nodes, beside the map, when one is to be removed.
struct node_sight {
  /// Members that can be reached, including the node that decides.
  std::set<node_id> reachable;
  /// Those of them that have said that they are drained.
  std::set<node_id> drained;
  /// Who votes on the map now; empty where that is not known, which makes
  /// nothing safe.
  std::vector<node_id> map_voters;
};

/// What is lost when a node is removed now.
struct removal_cost {
  /// Replicas that the node has by the map.
  std::size_t replicas = 0;
  /// Shards that would be left without a majority of reachable replicas, which
  /// nothing brings back.
  std::vector<shard_id> without_majority;
  /// Shards that move, or for which replicas are still to be made.
  std::vector<shard_id> unsettled;
  /// The same two for the map itself.
  bool map_without_majority = false;
  bool map_unsettled = false;
};

removal_cost cost_of_removal(node_id node, const cluster_map& map,
                             const node_sight& seen);

/// Whether a member can be removed without losing anything: it is drained or
/// cannot be reached, nothing is under way, and every group keeps a majority
/// without it. `conflict` says what stands against it. Pure.
result<void> may_remove(node_id node, const cluster_map& map,
                        const node_sight& seen);

} // namespace parley::cluster
