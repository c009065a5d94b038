#include "net/api/cluster_json.hpp"

#include "cluster/member/placement.hpp"

#include <algorithm>
#include <cstdio>

namespace parley::net {

namespace {

using cluster::shard_id;

void write_list(rpc::json_out& to, std::string_view name,
                const std::vector<node_id>& nodes) {
  to.key(name);
  to.begin_array();
  for (auto node : nodes)
    to.value(node);
  to.end_array();
}

std::size_t led_by(const cluster_view& seen, node_id node) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < seen.owners.size(); ++i)
    if (seen.owners[i].node == node && seen.is_owned(static_cast<shard_id>(i)))
      ++count;
  return count;
}

std::size_t held_by(const cluster_view& seen, node_id node) {
  return static_cast<std::size_t>(
    std::count_if(seen.map->shards.begin(), seen.map->shards.end(),
                  [&](const auto& row) { return row.wanted_on(node); }));
}

/// So that people and scripts can tell nodes by their names.
std::string printable(std::string_view key) {
  std::string out;
  for (unsigned char c : key) {
    char escaped[5];
    std::snprintf(escaped, sizeof escaped, "\\x%02X", c);
    if (c >= 0x20 && c < 0x7F && c != '\\')
      out.push_back(static_cast<char>(c));
    else
      out += escaped;
  }
  return out;
}

void write_names(rpc::json_out& to, const cluster_view& seen) {
  to.key("nodes");
  to.begin_array();
  for (const auto& [id, row] : seen.map->nodes) {
    to.begin_object();
    to.member("id", id);
    to.member("name", std::string_view{row.name});
    to.end_object();
  }
  to.end_array();
}

void write_row(rpc::json_out& to, shard_id shard,
               const cluster::shard_row& row) {
  to.member("shard", shard);
  write_list(to, "members", row.wanted);
  to.member("moving", row.moving());
  if (row.moving())
    write_list(to, "before", row.placed);
}

std::size_t moving(const cluster::cluster_map& map) {
  return static_cast<std::size_t>(
    std::count_if(map.shards.begin(), map.shards.end(),
                  [](const auto& row) { return row.moving(); }));
}

/// Shards of which some replica is on a node that cannot be reached, or that
/// have fewer than the cluster keeps.
std::size_t under_replicated(const cluster_view& seen) {
  const auto& map = *seen.map;
  auto wanted = cluster::replicas_of_each(map);
  return static_cast<std::size_t>(
    std::count_if(map.shards.begin(), map.shards.end(), [&](const auto& row) {
      auto there
        = std::count_if(row.placed.begin(), row.placed.end(),
                        [&](node_id node) { return seen.reaches(node); });
      return static_cast<std::size_t>(there) < wanted;
    }));
}

void write_replica(rpc::json_out& to, const cluster::replica_info& r) {
  to.begin_object();
  to.member("role", cluster::raft::to_string(r.status.role));
  to.member("term", r.status.term);
  to.member("serving", r.status.serving);
  to.member("applied", r.applied);
  to.member("committed", r.committed);
  write_list(to, "voters", r.members.voters);
  write_list(to, "outgoing", r.members.outgoing);
  write_list(to, "learners", r.members.learners);
  to.key("peers");
  to.begin_array();
  for (const auto& peer : r.peers) {
    to.begin_object();
    to.member("node", peer.node);
    to.member("learner", peer.learner);
    to.member("match", peer.match);
    to.member("needs_snapshot", peer.needs_snapshot);
    to.end_object();
  }
  to.end_array();
  to.end_object();
}

} // namespace

void write_nodes(rpc::json_out& to, const cluster_view& seen) {
  to.begin_object();
  to.key("nodes");
  to.begin_array();
  for (const auto& [id, row] : seen.map->nodes) {
    if (row.state == cluster::node_state::removed)
      continue;
    const auto* link = seen.link_to(id);
    to.begin_object();
    to.member("id", id);
    to.member("name", std::string_view{row.name});
    to.member("zone", std::string_view{row.zone});
    to.member("state", seen.state_of(row));
    to.member("address", std::string_view{row.address});
    to.member("client", std::string_view{row.client});
    to.member("self", id == seen.self);
    to.member("up", seen.reaches(id));
    to.member("round_trip_us",
              link ? std::int64_t{link->round_trip.count()} : 0);
    to.member("leads", led_by(seen, id));
    to.member("replicas", held_by(seen, id));
    auto said = seen.reports.find(id);
    if (said != seen.reports.end() && seen.reaches(id))
      to.member("sessions", said->second.sessions);
    to.end_object();
  }
  to.end_array();
  to.end_object();
}

void write_cluster(rpc::json_out& to, const cluster_view& seen) {
  const auto& map = *seen.map;
  auto members = map.members();
  auto up = static_cast<std::size_t>(
    std::count_if(members.begin(), members.end(),
                  [&](node_id node) { return seen.reaches(node); }));
  char id[17];
  std::snprintf(id, sizeof id, "%016llx",
                static_cast<unsigned long long>(map.cluster));
  auto owner = seen.map_owner.node;
  to.begin_object();
  to.member("name", std::string_view{seen.name});
  to.member("id", static_cast<const char*>(id));
  to.member("self", seen.self);
  to.member("nodes", members.size());
  to.member("nodes_up", up);
  to.member("map_owner", seen.reaches(owner) ? owner : node_id{0});
  to.member("replicas_wanted", map.replicas);
  to.member("shards", map.shards.size());
  to.member("without_owner", seen.without_owner());
  to.member("moving", moving(map));
  to.member("under_replicated", under_replicated(seen));
  to.key("unreachable");
  to.begin_array();
  for (auto node : seen.unreachable())
    to.value(std::string_view{map.find(node)->name});
  to.end_array();
  to.end_object();
}

void write_removal(rpc::json_out& to, const cluster_view& seen, node_id node) {
  const auto& map = *seen.map;
  const auto& row = *map.find(node);
  auto cost = cluster::cost_of_removal(node, map, seen.sight);
  to.begin_object();
  to.member("node", node);
  to.member("name", std::string_view{row.name});
  to.member("state", seen.state_of(row));
  to.member("leads", led_by(seen, node));
  to.member("replicas", cost.replicas);
  to.key("without_majority");
  to.begin_array();
  for (auto shard : cost.without_majority)
    to.value(shard);
  to.end_array();
  to.member("unsettled", cost.unsettled.size());
  to.member("map_without_majority", cost.map_without_majority);
  auto may = cluster::may_remove(node, map, seen.sight);
  to.member("safe", may.has_value());
  if (!may)
    to.member("why", std::string_view{may.error().detail});
  to.end_object();
}

void write_map(rpc::json_out& to, const cluster_view& seen) {
  to.begin_object();
  write_names(to, seen);
  to.key("shards");
  to.begin_array();
  for (std::size_t i = 0; i < seen.map->shards.size(); ++i) {
    auto shard = static_cast<shard_id>(i);
    to.begin_object();
    write_row(to, shard, seen.map->shards[i]);
    to.member("owner", seen.is_owned(shard) ? seen.owners[i].node : node_id{0});
    to.end_object();
  }
  to.end_array();
  to.end_object();
}

void write_moves(rpc::json_out& to, const cluster_view& seen) {
  auto map = *seen.map;
  to.begin_object();
  write_names(to, seen);
  to.key("moving");
  to.begin_array();
  for (std::size_t i = 0; i < map.shards.size(); ++i) {
    auto& row = map.shards[i];
    if (!row.moving())
      continue;
    to.begin_object();
    write_row(to, static_cast<shard_id>(i), row);
    to.end_object();
    row.placed = row.wanted;
  }
  to.end_array();
  to.key("next");
  to.begin_array();
  // As if each step were done at once. Every shard moves a few times at most.
  auto steps_left = map.shards.size() * cluster::moves_max;
  for (auto steps = cluster::next_moves(map); !steps.empty() && steps_left > 0;
       steps = cluster::next_moves(map), --steps_left) {
    for (auto& [shard, row] : steps) {
      to.begin_object();
      write_row(to, shard, row);
      to.end_object();
      map.shards[shard] = {row.wanted, row.wanted};
    }
  }
  to.end_array();
  to.end_object();
}

void write_report(rpc::json_out& to, const cluster_view& seen,
                  const cluster::shard_report& report) {
  to.begin_object();
  to.member("shard", report.shard);
  to.member("done", report.done);
  to.member("good", report.good());
  to.member("index", report.index);
  to.member("rows", report.rows);
  to.member("bytes", report.bytes);
  to.key("replicas");
  to.begin_array();
  for (const auto& [node, standing] : report.replicas) {
    to.begin_object();
    to.member("node", node);
    to.member("state", to_string(standing));
    to.end_object();
  }
  to.end_array();
  to.key("differences");
  to.begin_array();
  for (const auto& d : report.differences) {
    to.begin_object();
    to.member("from", std::string_view{printable(d.from)});
    to.member("to", std::string_view{printable(d.to)});
    write_list(to, "nodes", d.nodes);
    to.member("decided", d.decided);
    to.end_object();
  }
  to.end_array();
  write_names(to, seen);
  to.end_object();
}

void write_shard(rpc::json_out& to, const cluster_view& seen, shard_id shard) {
  auto owner = seen.owners[shard];
  to.begin_object();
  write_row(to, shard, seen.map->shards[shard]);
  to.member("owner", seen.is_owned(shard) ? owner.node : node_id{0});
  to.member("self", seen.self);
  for (const auto& r : seen.replicas) {
    if (r.shard != shard)
      continue;
    to.key("replica");
    write_replica(to, r);
  }
  write_names(to, seen);
  to.end_object();
}

} // namespace parley::net
