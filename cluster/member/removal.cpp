#include "cluster/member/removal.hpp"

#include "cluster/member/placement.hpp"

#include <algorithm>
#include <string>

namespace parley::cluster {

namespace {

/// What is left of a group once a node is gone for good.
class remainder {
public:
  remainder(node_id gone, const cluster_map& map, const node_sight& seen)
    : gone_(gone), map_(map), seen_(seen) {}

  bool is_member(node_id node) const {
    const auto* row = map_.find(node);
    return row && row->state != node_state::removed;
  }

  bool is_there(node_id node) const {
    return node != gone_ && is_member(node) && seen_.reachable.contains(node);
  }

  /// Whether those who stay can decide without the node.
  bool has_majority(const std::vector<node_id>& group) const {
    auto left = std::count_if(group.begin(), group.end(),
                              [&](node_id node) { return is_there(node); });
    return 2 * static_cast<std::size_t>(left) > group.size();
  }

  /// Whether nothing is under way. Waiting does not bring a dead member back,
  /// so that one counts for the majority alone.
  bool is_settled(const shard_row& row, std::size_t wanted) const {
    auto whole = std::all_of(row.placed.begin(), row.placed.end(),
                             [&](node_id node) { return is_member(node); });
    return whole && !row.moving() && row.placed.size() >= wanted;
  }

private:
  const node_id gone_;
  const cluster_map& map_;
  const node_sight& seen_;
};

std::string count_of(std::size_t count, const char* what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

error against(const node_row& row, const std::string& why) {
  return {errc::conflict, row.name + " cannot be removed now: " + why, "node"};
}

} // namespace

removal_cost cost_of_removal(node_id node, const cluster_map& map,
                             const node_sight& seen) {
  remainder rest{node, map, seen};
  removal_cost out;
  auto wanted = replicas_of_each(map);
  for (std::size_t i = 0; i < map.shards.size(); ++i) {
    const auto& row = map.shards[i];
    auto shard = static_cast<shard_id>(i);
    if (row.placed_on(node) || row.wanted_on(node))
      ++out.replicas;
    if (!rest.has_majority(row.placed) || !rest.has_majority(row.wanted))
      out.without_majority.push_back(shard);
    if (!rest.is_settled(row, wanted))
      out.unsettled.push_back(shard);
  }
  out.map_without_majority = !rest.has_majority(seen.map_voters);
  out.map_unsettled = seen.map_voters != map_voters(map);
  return out;
}

result<void> may_remove(node_id node, const cluster_map& map,
                        const node_sight& seen) {
  const auto* row = map.find(node);
  if (!row || row->state == node_state::removed)
    return error{errc::not_found, "no such node", "node"};
  if (seen.reachable.contains(node) && row->state == node_state::up)
    return against(*row, "it is up, and not drained; drain it first");
  if (seen.reachable.contains(node) && !seen.drained.contains(node))
    return against(*row, "it is still draining");
  auto cost = cost_of_removal(node, map, seen);
  if (cost.map_without_majority)
    return against(*row, "the cluster map would be left without a majority of "
                         "its replicas");
  if (!cost.without_majority.empty())
    return against(*row, count_of(cost.without_majority.size(), "shard")
                           + " would be left without a majority of their "
                             "replicas");
  if (!cost.unsettled.empty())
    return against(*row, count_of(cost.unsettled.size(), "shard")
                           + " are moving or lack replicas; wait until cluster "
                             "status shows neither");
  if (cost.map_unsettled)
    return against(*row, "the replicas of the cluster map are changing");
  return {};
}

} // namespace parley::cluster
