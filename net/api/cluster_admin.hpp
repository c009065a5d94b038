#pragma once

#include "net/api/exchange.hpp"
#include "net/cluster_operations.hpp"
#include "net/rpc/params.hpp"

#include <string_view>

namespace parley::net {

/// The calls of `parleyctl` that are about the cluster and its nodes and
/// shards. docs/operating.md lists them. Nodes are named by name or number.
class cluster_admin {
public:
  explicit cluster_admin(cluster_operations& cluster) : cluster_(cluster) {}

  /// Answers the request if there is such a method; false if there is none.
  bool call(std::string_view method, const exchange_ptr& request,
            rpc::params& in);

private:
  void list_nodes(const exchange_ptr& request, rpc::params& in);
  void drain(const exchange_ptr& request, rpc::params& in);
  void undrain(const exchange_ptr& request, rpc::params& in);
  void remove(const exchange_ptr& request, rpc::params& in);
  void show_removal(const exchange_ptr& request, rpc::params& in);
  void set_zone(const exchange_ptr& request, rpc::params& in);
  void status(const exchange_ptr& request, rpc::params& in);
  void show_map(const exchange_ptr& request, rpc::params& in);
  void rebalance(const exchange_ptr& request, rpc::params& in);
  void show_shard(const exchange_ptr& request, rpc::params& in);
  void move_shard(const exchange_ptr& request, rpc::params& in);
  void verify_shard(const exchange_ptr& request, rpc::params& in);
  void show_verified(const exchange_ptr& request, rpc::params& in);
  void mend_shard(const exchange_ptr& request, rpc::params& in);

  cluster_operations& cluster_;
};

} // namespace parley::net
