#pragma once

#include "tests/sim/sim_node.hpp"

#include <memory>
#include <vector>

namespace parley::sim {

/// All members there are or could be, numbered from 1.
class sim_cluster {
public:
  sim_cluster(world& w, std::size_t nodes, std::size_t voters,
              const raft::options& opts, std::int64_t drift_per_mille,
              int outputs_max);

  std::size_t size() const {
    return nodes_.size();
  }

  sim_node& node(node_id id) {
    return *nodes_[id - 1];
  }

  const sim_node& node(node_id id) const {
    return *nodes_[id - 1];
  }

  void send(const raft::message& m);

private:
  world& world_;
  std::vector<std::unique_ptr<sim_node>> nodes_;
};

} // namespace parley::sim
