#include "cluster/member/control.hpp"

#include "storage/codec.hpp"

#include <algorithm>

namespace parley::cluster {

namespace {

constexpr std::uint8_t admission_mark = 1;
constexpr std::uint8_t change_mark = 2;
constexpr std::uint8_t control_version = 1;

error bad(const char* what) {
  return {errc::corrupt, what};
}

error bad_params(std::string what, const char* field) {
  return {errc::bad_params, std::move(what), field};
}

template <class Visitor, class Request>
void admission_fields(Visitor& f, Request& x) {
  f(x.name);
  f(x.address);
  f(x.zone);
}

template <class Visitor, class Change>
void change_fields(Visitor& f, Change& x) {
  using kind = map_change::kind;
  f.choice(x.what, kind::drain, kind::forgotten);
  f(x.node);
  f(x.text);
  f(x.to);
}

} // namespace

std::string encode(const control_request& what) {
  if (const auto* join = std::get_if<admission_request>(&what)) {
    storage::record_writer out{admission_mark};
    admission_fields(out, *join);
    out(join->shards);
    return out.take();
  }
  const auto& change = std::get<map_change>(what);
  storage::record_writer out{change_mark};
  change_fields(out, change);
  out(std::uint32_t{change.shard});
  return out.take();
}

result<control_request> decode_control(std::string_view bytes) {
  storage::record_reader in{bytes};
  auto mark = in.version();
  if (mark == admission_mark) {
    admission_request join;
    admission_fields(in, join);
    if (in.good() && !in.done())
      in(join.shards);
    if (in.good())
      return control_request{std::move(join)};
  } else if (mark == change_mark) {
    map_change change;
    change_fields(in, change);
    std::uint32_t shard = 0;
    in(shard);
    change.shard = static_cast<shard_id>(shard);
    if (in.good())
      return control_request{std::move(change)};
  }
  return bad("unknown request to the cluster map");
}

std::string encode(const admission& what) {
  storage::record_writer out{control_version};
  out(what.node);
  out(what.cluster);
  out(what.shards);
  out(what.replicas);
  out(std::uint64_t{what.members.size()});
  for (const auto& m : what.members) {
    out(m.node);
    out(m.address);
  }
  return out.take();
}

result<admission> decode_admission(std::string_view bytes) {
  storage::record_reader in{bytes};
  admission out;
  auto known = in.version() == control_version;
  in(out.node);
  in(out.cluster);
  in(out.shards);
  in(out.replicas);
  std::uint64_t count = 0;
  in(count);
  while (in.good() && out.members.size() < count) {
    link::peer_address m;
    in(m.node);
    in(m.address);
    out.members.push_back(std::move(m));
  }
  if (!known || !in.good() || out.node == 0)
    return bad("bad admission");
  return out;
}

std::string encode(const node_report& what) {
  storage::record_writer out{control_version};
  out(what.sessions);
  out(what.drained);
  out(what.url);
  return out.take();
}

result<node_report> decode_report(std::string_view bytes) {
  storage::record_reader in{bytes};
  node_report out;
  auto known = in.version() == control_version;
  in(out.sessions);
  in(out.drained);
  in(out.url);
  if (!known || !in.good())
    return bad("bad report of a node");
  return out;
}

namespace {

result<storage::write_set> set_state(const node_row& row, node_state state,
                                     const cluster_map& map) {
  auto changed = row;
  changed.state = state;
  if (state != node_state::up) {
    auto up = std::count_if(map.nodes.begin(), map.nodes.end(), [](auto& one) {
      return one.second.state == node_state::up;
    });
    if (row.state == node_state::up && up == 1)
      return error{errc::conflict,
                   row.name + " is the only node that does not drain"};
  }
  storage::write_set out;
  put(out, changed);
  return out;
}

result<storage::write_set> move(const map_change& what, shard_row row,
                                const cluster_map& map) {
  auto from = std::find(row.wanted.begin(), row.wanted.end(), what.node);
  // The same again, by who could not hear that it was done.
  if (row.placed_on(what.node) && !row.wanted_on(what.node)
      && !row.placed_on(what.to) && row.wanted_on(what.to))
    return storage::write_set{};
  if (from == row.wanted.end())
    return bad_params("the node has no replica of the shard", "from");
  const auto* target = map.find(what.to);
  if (!target || target->state != node_state::up)
    return bad_params("no such node, or it is not up", "to");
  if (row.wanted_on(what.to))
    return error{errc::conflict, "the node has a replica of it already", "to"};
  if (row.moving())
    return error{errc::conflict, "the shard is being moved"};
  *from = what.to;
  std::sort(row.wanted.begin(), row.wanted.end());
  storage::write_set out;
  put(out, what.shard, row);
  return out;
}

/// Nothing, where something else is wanted by now.
result<storage::write_set> note_placed(const map_change& what, shard_row row) {
  storage::write_set out;
  if (list_of(row.wanted) != what.text || !row.moving())
    return out;
  row.placed = row.wanted;
  put(out, what.shard, row);
  return out;
}

result<storage::write_set> may_leave(const map_change& what,
                                     const shard_row& row) {
  if (row.counts_on(what.node))
    return error{errc::conflict, "the shard counts on the replica"};
  return storage::write_set{};
}

/// Whether or not it is wanted again: what takes no part is never level, so the
/// group did not count on it since.
result<storage::write_set> may_forget(const map_change& what,
                                      const shard_row& row) {
  if (row.placed.empty() || row.placed_on(what.node))
    return error{errc::conflict, "the shard's group has the replica"};
  return storage::write_set{};
}

/// What lost its promises leaves; placement finds another then.
result<storage::write_set> leave_broken(const map_change& what, shard_row row) {
  if (row.wanted.size() < 2 || row.moving())
    return error{errc::conflict, "the shard cannot do without it now"};
  storage::write_set out;
  if (std::erase(row.wanted, what.node) > 0)
    put(out, what.shard, row);
  return out;
}

result<storage::write_set> apply_to_shard(const map_change& what,
                                          const cluster_map& map) {
  using kind = map_change::kind;
  if (what.shard >= map.shards.size())
    return bad_params("no such shard", "shard");
  const auto& row = map.shards[what.shard];
  switch (what.what) {
    case kind::placed: return note_placed(what, row);
    case kind::lost: return leave_broken(what, row);
    case kind::left: return may_leave(what, row);
    case kind::forgotten: return may_forget(what, row);
    default: return move(what, row, map);
  }
}

} // namespace

result<storage::write_set> admit(const admission_request& wish,
                                 const cluster_map& map, admission& with) {
  for (const auto& [id, row] : map.nodes)
    if (row.name == wish.name && row.state != node_state::removed)
      return error{errc::conflict,
                   "the cluster has a node named " + wish.name
                     + "; remove it first, or choose another node.name"};
  if (wish.shards != 0 && wish.shards != map.shards.size())
    return error{errc::bad_config, "shards.count is "
                                     + std::to_string(wish.shards)
                                     + ", but the cluster was made with "
                                     + std::to_string(map.shards.size())
                                     + " shards, which can't be changed"};
  node_row row{map.next_id(), wish.name,     wish.address, {},
               wish.zone,     node_state::up};
  with = {row.id,
          map.cluster,
          static_cast<std::uint32_t>(map.shards.size()),
          map.replicas,
          {}};
  for (const auto& [id, other] : map.nodes)
    if (other.state != node_state::removed)
      with.members.push_back({id, other.address});
  with.members.push_back({row.id, row.address});
  storage::write_set out;
  put(out, row);
  return out;
}

std::string list_of(const std::vector<node_id>& nodes) {
  std::string out;
  for (auto node : nodes)
    out += (out.empty() ? "" : ",") + std::to_string(node);
  return out;
}

result<storage::write_set> apply(const map_change& what,
                                 const cluster_map& map) {
  using kind = map_change::kind;
  if (what.what == kind::move || what.what == kind::placed
      || what.what == kind::lost || what.what == kind::left
      || what.what == kind::forgotten)
    return apply_to_shard(what, map);
  const auto* row = map.find(what.node);
  auto is_gone = row && row->state == node_state::removed;
  if (is_gone && what.what == kind::remove)
    return storage::write_set{};
  if (!row || is_gone)
    return error{errc::not_found, "no such node", "node"};
  auto changed = *row;
  switch (what.what) {
    case kind::drain: return set_state(*row, node_state::draining, map);
    case kind::undrain: return set_state(*row, node_state::up, map);
    case kind::remove: return set_state(*row, node_state::removed, map);
    case kind::client: changed.client = what.text; break;
    case kind::address: changed.address = what.text; break;
    default: changed.zone = what.text; break;
  }
  storage::write_set out;
  put(out, changed);
  return out;
}

} // namespace parley::cluster
