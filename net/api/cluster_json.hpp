#pragma once

#include "net/cluster_operations.hpp"
#include "net/rpc/json_out.hpp"

/// What operators are told of the cluster, as JSON.
namespace parley::net {

void write_nodes(rpc::json_out& to, const cluster_view& seen);
void write_cluster(rpc::json_out& to, const cluster_view& seen);
void write_map(rpc::json_out& to, const cluster_view& seen);

/// What is being moved, and what would be moved after that until all is even.
void write_moves(rpc::json_out& to, const cluster_view& seen);

/// The shard must be in the map.
void write_shard(rpc::json_out& to, const cluster_view& seen,
                 cluster::shard_id shard);

} // namespace parley::net
