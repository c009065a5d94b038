#pragma once

#include "net/cluster_operations.hpp"
#include "net/rpc/json_out.hpp"

/// What operators are told of the cluster, as JSON.
namespace parley::net {

void write_nodes(rpc::json_out& to, const cluster_view& seen);
void write_cluster(rpc::json_out& to, const cluster_view& seen);
/// What would be lost if the node, which must be in the map, were removed now.
void write_removal(rpc::json_out& to, const cluster_view& seen, node_id node);

void write_map(rpc::json_out& to, const cluster_view& seen);

/// What is being moved, and what would be moved after that until all is even.
void write_moves(rpc::json_out& to, const cluster_view& seen);

/// The shard must be in the map.
void write_shard(rpc::json_out& to, const cluster_view& seen,
                 cluster::shard_id shard);

/// What came of comparing a shard's replicas. Bytes of keys that are no
/// printable ASCII are written `\xNN`.
void write_report(rpc::json_out& to, const cluster_view& seen,
                  const cluster::shard_report& report);

} // namespace parley::net
