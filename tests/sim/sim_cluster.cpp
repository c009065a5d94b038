#include "tests/sim/sim_cluster.hpp"

namespace parley::sim {

sim_cluster::sim_cluster(world& w, std::size_t nodes, std::size_t voters,
                         const raft::options& opts,
                         std::int64_t drift_per_mille, int outputs_max)
  : world_(w) {
  std::vector<node_id> founders;
  for (node_id id = 1; id <= voters; ++id)
    founders.push_back(id);
  auto members = *raft::make_configuration(founders, {});
  for (node_id id = 1; id <= nodes; ++id) {
    sim_clock clock{w.random.between(0, 1'000'000),
                    w.random.between(-drift_per_mille, drift_per_mille)};
    auto known = id <= voters ? members : raft::configuration{};
    nodes_.push_back(std::make_unique<sim_node>(*this, w, id, known, clock,
                                                opts, outputs_max));
  }
  for (auto& n : nodes_)
    n->start();
}

void sim_cluster::send(const raft::message& m) {
  if (m.to == 0 || m.to > nodes_.size())
    return;
  for (auto delay : world_.deliveries(m.from, m.to))
    world_.after(
      delay, [this, to = m.to, bytes = encode(m)] { node(to).deliver(bytes); });
}

} // namespace parley::sim
