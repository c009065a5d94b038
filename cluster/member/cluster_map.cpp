#include "cluster/member/cluster_map.hpp"

#include "storage/codec.hpp"

#include <charconv>

namespace parley::cluster {

namespace {

constexpr std::uint8_t map_version = 1;
constexpr std::string_view node_rows = "node";
constexpr std::string_view shard_rows = "shard";
constexpr std::string_view cluster_rows = "cluster";

std::string key_of(std::string_view kind, std::string_view name) {
  return storage::map_key(meta_shard, kind, name);
}

error corrupt(const char* what) {
  return {errc::corrupt, what};
}

template <class Visitor, class Row>
void node_fields(Visitor& f, Row& x) {
  f(x.name);
  f(x.address);
  f(x.client);
  f(x.zone);
  f.choice(x.state, node_state::up, node_state::removed);
}

template <class Visitor, class Row>
void shard_fields(Visitor& f, Row& x) {
  f(x.wanted);
  f(x.placed);
}

std::uint32_t number_of(std::string_view key) {
  auto name = storage::name_of(key);
  std::uint32_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

} // namespace

const char* to_string(node_state state) {
  switch (state) {
    case node_state::up: return "up";
    case node_state::draining: return "draining";
    case node_state::removed: return "removed";
  }
  return "unknown";
}

void put(storage::write_set& to, const node_row& row) {
  storage::record_writer out{map_version};
  node_fields(out, row);
  to.put(key_of(node_rows, std::to_string(row.id)), out.take());
}

void put(storage::write_set& to, shard_id shard, const shard_row& row) {
  storage::record_writer out{map_version};
  shard_fields(out, row);
  to.put(key_of(shard_rows, std::to_string(shard)), out.take());
}

storage::write_set first_rows(std::uint64_t cluster, std::uint32_t replicas,
                              const node_row& node, std::uint32_t shards) {
  storage::write_set rows;
  storage::record_writer self{map_version};
  self(cluster);
  self(replicas);
  rows.put(key_of(cluster_rows, "self"), self.take());
  put(rows, node);
  for (std::uint32_t i = 0; i < shards; ++i)
    put(rows, static_cast<shard_id>(i), {{node.id}, {node.id}});
  return rows;
}

result<cluster_map> cluster_map::read(const storage::store& db,
                                      std::uint32_t shards) {
  cluster_map map;
  map.shards.resize(shards);
  result<void> outcome;
  auto self = db.get(key_of(cluster_rows, "self"));
  if (!self)
    return self.error();
  // A node that only just joined knows nothing yet.
  if (!*self)
    return map;
  storage::record_reader in{**self};
  auto known = in.version() == map_version;
  in(map.cluster);
  in(map.replicas);
  if (!known || !in.done())
    return corrupt("bad cluster row");
  auto seen = db.scan(storage::map_range(meta_shard, node_rows),
                      [&](auto key, auto record) {
                        node_row row;
                        row.id = number_of(key);
                        storage::record_reader from{record};
                        auto sound = from.version() == map_version;
                        node_fields(from, row);
                        if (!sound || !from.done())
                          outcome = corrupt("bad node row");
                        map.nodes.emplace(row.id, std::move(row));
                        return outcome.has_value();
                      });
  if (!seen)
    return seen.error();
  seen = db.scan(storage::map_range(meta_shard, shard_rows),
                 [&](auto key, auto record) {
                   shard_row row;
                   storage::record_reader from{record};
                   auto sound = from.version() == map_version;
                   shard_fields(from, row);
                   auto number = number_of(key);
                   if (!sound || !from.done() || number >= shards)
                     outcome = corrupt("bad shard row");
                   else
                     map.shards[number] = std::move(row);
                   return outcome.has_value();
                 });
  if (!seen)
    return seen.error();
  if (!outcome)
    return outcome.error();
  return map;
}

const node_row* cluster_map::find(node_id id) const {
  auto found = nodes.find(id);
  return found == nodes.end() ? nullptr : &found->second;
}

std::vector<node_id> cluster_map::members() const {
  std::vector<node_id> out;
  for (const auto& [id, row] : nodes)
    if (row.state != node_state::removed)
      out.push_back(id);
  return out;
}

node_id cluster_map::next_id() const {
  return nodes.empty() ? 1 : nodes.rbegin()->first + 1;
}

} // namespace parley::cluster
