#pragma once

#include "cluster/member/cluster_map.hpp"

#include <optional>
#include <utility>

namespace parley::cluster {

/// Shards that may change their members at a time.
inline constexpr std::size_t moves_max = 2;

/// What is to be changed next so that every shard has its replicas, in
/// different zones where that is possible, and all nodes have about as many:
/// the shards' new rows, as many as may move now. Pure.
std::vector<std::pair<shard_id, shard_row>> next_moves(const cluster_map& map);

/// How many replicas each shard is to have, with the members that there are. An
/// even number bears no more failures than one less.
std::size_t replicas_of_each(const cluster_map& map);

/// Who votes on the map: the first of the members that are up, an odd number
/// of at most five. Everyone else follows it as a learner.
std::vector<node_id> map_voters(const cluster_map& map);

/// Whom the shard is best led by, so that all nodes lead about as many; 0 is
/// nobody.
node_id preferred_leader(const cluster_map& map, shard_id shard);

} // namespace parley::cluster
