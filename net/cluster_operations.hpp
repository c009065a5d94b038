#pragma once

#include "base/error.hpp"
#include "cluster/member/member.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::net {

/// The cluster as one of its nodes sees it at one moment.
struct cluster_view {
  /// Empty where the node is by itself.
  std::string name;
  node_id self = 0;
  std::shared_ptr<const cluster::cluster_map> map;
  cluster::shard_owner map_owner;
  /// By shard. A node that cannot be reached may still be named.
  std::vector<cluster::shard_owner> owners;
  std::vector<cluster::link::link_info> links;
  /// Those of this node.
  std::vector<cluster::replica_info> replicas;
  std::map<node_id, cluster::node_report> reports;
  /// What a removal is judged by, as this node sees it.
  cluster::node_sight sight;

  /// The link to another node; null where there is none.
  const cluster::link::link_info* link_to(node_id node) const;

  /// Whether it is this node, or there is a link to it.
  bool reaches(node_id node) const;

  /// "up", "draining", "drained", "removed" or "unreachable": the one word for
  /// a node in every list, count and metric.
  const char* state_of(const cluster::node_row& row) const;

  /// Members that this node cannot reach.
  std::vector<node_id> unreachable() const;

  /// Whether the shard is led by a node that can be reached.
  bool is_owned(cluster::shard_id shard) const;

  std::size_t without_owner() const;
};

/// What operators see of the cluster and do to it. Called on network threads,
/// several at a time: each call returns at once.
class cluster_operations {
public:
  virtual ~cluster_operations() = default;

  /// `then` is called soon, on any thread.
  virtual void look(std::function<void(cluster_view)> then) = 0;

  /// Has the cluster map changed by the node that owns it, likewise.
  virtual void change(const cluster::map_change& what,
                      std::function<void(result<void>)> then)
    = 0;

  /// Begins to compare the replicas of a shard of the map; `verified` says what
  /// has come of it.
  virtual void verify(cluster::shard_id shard) = 0;
  virtual std::optional<cluster::shard_report>
  verified(cluster::shard_id shard) const = 0;

  /// Has the node take the others' state for its own; false where it can't be
  /// told now.
  virtual bool mend(cluster::shard_id shard, node_id node) = 0;
};

} // namespace parley::net
