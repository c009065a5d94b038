#pragma once

#include "cluster/member/member.hpp"
#include "conf/config.hpp"
#include "net/cluster_operations.hpp"

namespace parley::node {

/// What operators see of the cluster and do to it, through this node. What is
/// passed must outlive the object.
class cluster_operations final : public net::cluster_operations {
public:
  cluster_operations(const conf::config& with, cluster::member& member)
    : name_(with.cluster.name), member_(member) {}

  void look(std::function<void(net::cluster_view)> then) override;
  void change(const cluster::map_change& what,
              std::function<void(result<void>)> then) override;

  void verify(cluster::shard_id shard) override {
    member_.verify(shard);
  }

  std::optional<cluster::shard_report>
  verified(cluster::shard_id shard) const override {
    return member_.verified(shard);
  }

  bool mend(cluster::shard_id shard, node_id node) override {
    return member_.mend(shard, node);
  }

  /// Brings the cluster's metrics up to date.
  void measure() const;

private:
  const std::string name_;
  cluster::member& member_;
};

/// Shards that are not known to be led by a node that can be reached.
std::size_t without_owner(const cluster::member& member);

} // namespace parley::node
