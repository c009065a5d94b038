#include "node/cluster_operations.hpp"

#include "base/metrics.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace parley::node {

namespace {

/// All that is known without asking the logs.
net::cluster_view view_of(const cluster::member& member) {
  net::cluster_view out;
  out.self = member.self();
  out.map = member.map();
  out.map_owner = member.owner_of(cluster::meta_shard);
  out.links = member.links();
  out.reports = member.reports();
  out.sight = member.sight();
  auto shards = out.map->shards.size();
  for (std::size_t i = 0; i < shards; ++i)
    out.owners.push_back(member.owner_of(static_cast<cluster::shard_id>(i)));
  return out;
}

prometheus::Gauge& nodes_gauge(const char* state) {
  return metrics::gauge("parley_cluster_nodes_by_state",
                        "Members of the cluster, as this node sees them.",
                        {{"state", state}});
}

} // namespace

std::size_t without_owner(const cluster::member& member) {
  return view_of(member).without_owner();
}

void cluster_operations::look(std::function<void(net::cluster_view)> then) {
  member_.list([this, then = std::move(then)](auto replicas) {
    auto out = view_of(member_);
    out.name = name_;
    out.replicas = std::move(replicas);
    then(std::move(out));
  });
}

void cluster_operations::change(const cluster::map_change& what,
                                std::function<void(result<void>)> then) {
  member_.change(what, std::move(then));
}

void cluster_operations::measure() const {
  static auto& up = nodes_gauge("up");
  static auto& draining = nodes_gauge("draining");
  static auto& unreachable = nodes_gauge("unreachable");
  static auto& led = metrics::gauge("parley_cluster_shards_led",
                                    "Shards that this node owns.");
  static auto& held = metrics::gauge("parley_cluster_shards_held",
                                     "Shards with a replica on this node.");
  static auto& orphans
    = metrics::gauge("parley_cluster_shards_without_owner",
                     "Shards that no node in reach is known to own.");
  auto seen = view_of(member_);
  std::map<std::string_view, double> count;
  for (const auto& [id, row] : seen.map->nodes)
    ++count[seen.state_of(row)];
  unreachable.Set(count["unreachable"]);
  up.Set(count["up"]);
  draining.Set(count["draining"] + count["drained"]);
  led.Set(static_cast<double>(
    std::count_if(seen.owners.begin(), seen.owners.end(),
                  [](const auto& owner) { return owner.here; })));
  const auto& shards = seen.map->shards;
  held.Set(static_cast<double>(
    std::count_if(shards.begin(), shards.end(),
                  [&](const auto& row) { return row.wanted_on(seen.self); })));
  orphans.Set(static_cast<double>(seen.without_owner()));
}

} // namespace parley::node
