#include "cluster/member/placement.hpp"

#include <algorithm>
#include <set>

namespace parley::cluster {

namespace {

constexpr std::size_t map_voters_max = 5;

/// How many replicas each node is to hold.
using load = std::map<node_id, std::size_t>;

bool contains(const std::vector<node_id>& nodes, node_id node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

load loads_of(const cluster_map& map, const std::vector<node_id>& members) {
  load sum;
  for (auto node : members)
    sum[node] = 0;
  for (const auto& row : map.shards)
    for (auto node : row.wanted)
      if (auto found = sum.find(node); found != sum.end())
        ++found->second;
  return sum;
}

/// How many others of the row are in the node's zone.
std::size_t crowding(const cluster_map& map, const std::vector<node_id>& row,
                     node_id node) {
  const auto& zone = map.find(node)->zone;
  return static_cast<std::size_t>(
    std::count_if(row.begin(), row.end(), [&](node_id other) {
      const auto* found = map.find(other);
      return other != node && found && found->zone == zone;
    }));
}

/// The best member to add to the row: the least crowded zone, then the least
/// load.
std::optional<node_id> best_new(const cluster_map& map, const load& loads,
                                const std::vector<node_id>& row) {
  std::optional<node_id> best;
  auto rank = [&](node_id node) {
    return std::pair{crowding(map, row, node), loads.at(node)};
  };
  for (const auto& [node, count] : loads)
    if (!contains(row, node) && (!best || rank(node) < rank(*best)))
      best = node;
  return best;
}

/// The row with its replicas complete, and without nodes that are gone.
std::vector<node_id> repaired(const cluster_map& map, const load& loads,
                              std::vector<node_id> row, std::size_t wanted) {
  std::erase_if(row, [&](node_id node) { return !loads.contains(node); });
  while (row.size() < wanted) {
    auto added = best_new(map, loads, row);
    if (!added)
      break;
    row.push_back(*added);
  }
  std::sort(row.begin(), row.end());
  return row;
}

/// The row with one replica moved from the fullest to the emptiest node, if
/// that makes the cluster more even and no zone more crowded.
std::optional<std::vector<node_id>>
evened(const cluster_map& map, const load& loads, std::vector<node_id> row) {
  auto from = row.end();
  for (auto i = row.begin(); i != row.end(); ++i)
    if (from == row.end() || loads.at(*i) > loads.at(*from))
      from = i;
  if (from == row.end())
    return std::nullopt;
  auto rest = row;
  std::erase(rest, *from);
  auto others = loads;
  others.erase(*from);
  // What is drained may be on its way out.
  std::erase_if(others, [&](const auto& one) {
    return map.find(one.first)->state != node_state::up;
  });
  auto to = best_new(map, others, rest);
  if (!to || loads.at(*from) < loads.at(*to) + 2
      || crowding(map, rest, *to) > crowding(map, rest, *from))
    return std::nullopt;
  *from = *to;
  std::sort(row.begin(), row.end());
  return row;
}

} // namespace

std::vector<std::pair<shard_id, shard_row>> next_moves(const cluster_map& map) {
  std::vector<std::pair<shard_id, shard_row>> moves;
  auto members = map.members();
  auto moving = static_cast<std::size_t>(
    std::count_if(map.shards.begin(), map.shards.end(),
                  [](auto& row) { return row.moving(); }));
  auto wanted = replicas_of_each(map);
  auto loads = loads_of(map, members);
  auto note = [&](std::size_t shard, std::vector<node_id> row) {
    for (auto node : map.shards[shard].wanted)
      if (loads.contains(node))
        --loads[node];
    for (auto node : row)
      ++loads[node];
    moves.push_back({static_cast<shard_id>(shard),
                     {std::move(row), map.shards[shard].placed}});
    ++moving;
  };
  // What lacks a replica comes before what is only uneven.
  for (std::size_t i = 0; i < map.shards.size() && moving < moves_max; ++i) {
    const auto& row = map.shards[i];
    auto better = repaired(map, loads, row.wanted, wanted);
    auto is_stuck
      = std::any_of(row.wanted.begin(), row.wanted.end(),
                    [&](node_id node) { return !loads.contains(node); });
    if (better != row.wanted && (!row.moving() || is_stuck))
      note(i, std::move(better));
  }
  if (!moves.empty())
    return moves;
  for (std::size_t i = 0; i < map.shards.size() && moving < moves_max; ++i) {
    const auto& row = map.shards[i];
    if (row.moving())
      continue;
    if (auto better = evened(map, loads, row.wanted))
      note(i, std::move(*better));
  }
  return moves;
}

std::size_t replicas_of_each(const cluster_map& map) {
  auto wanted = std::min<std::size_t>(map.replicas, map.members().size());
  if (wanted % 2 == 0 && wanted > 0)
    --wanted;
  return wanted;
}

std::vector<node_id> map_voters(const cluster_map& map) {
  std::vector<node_id> up;
  for (const auto& [id, row] : map.nodes)
    if (row.state != node_state::removed && up.size() < map_voters_max)
      up.push_back(id);
  if (up.size() % 2 == 0 && !up.empty())
    up.pop_back();
  return up;
}

node_id preferred_leader(const cluster_map& map, shard_id shard) {
  if (shard >= map.shards.size())
    return 0;
  std::vector<node_id> fit;
  for (auto node : map.shards[shard].placed) {
    const auto* row = map.find(node);
    if (row && row->state == node_state::up)
      fit.push_back(node);
  }
  if (fit.empty())
    return 0;
  // Not the shard's number itself: placement has the same rows at even
  // distances.
  return fit[(shard * 7u + shard / 3u) % fit.size()];
}

} // namespace parley::cluster
