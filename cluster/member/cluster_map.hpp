#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "storage/store.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace parley::cluster {

using storage::shard_id;

/// The shard that holds the cluster map; every node has a replica of it.
inline constexpr shard_id meta_shard = 0xFFFE;

inline constexpr std::uint32_t replicas_default = 3;

enum class node_state : std::uint8_t {
  up = 1,
  /// Leads nothing and takes no new sessions: about to be stopped.
  draining = 2,
  /// No longer a member; its id is never used again.
  removed = 3
};

/// "up", "draining" or "removed".
const char* to_string(node_state state);

struct node_row {
  node_id id = 0;
  std::string name;
  /// HOST:PORT where other nodes reach it.
  std::string address;
  /// Where clients do.
  std::string client;
  /// Replicas of a shard are kept in different zones, where there are enough.
  std::string zone;
  node_state state = node_state::up;
};

/// Who is to hold a shard, and who held it when this was last seen to be done.
struct shard_row {
  std::vector<node_id> wanted;
  std::vector<node_id> placed;

  bool moving() const {
    return wanted != placed;
  }

  /// Whether the node may have to keep a replica: what was promised to the
  /// others stays so while they change.
  bool counts_on(node_id node) const {
    return moving() || wanted_on(node);
  }

  bool wanted_on(node_id node) const {
    return std::find(wanted.begin(), wanted.end(), node) != wanted.end();
  }

  bool placed_on(node_id node) const {
    return std::find(placed.begin(), placed.end(), node) != placed.end();
  }
};

/// What all nodes agree on: a copy, as of when it was read.
struct cluster_map {
  std::uint64_t cluster = 0;
  std::uint32_t replicas = replicas_default;
  std::map<node_id, node_row> nodes;
  std::vector<shard_row> shards;

  /// What the replica of the map on this node says.
  static result<cluster_map> read(const storage::store& db,
                                  std::uint32_t shards);

  const node_row* find(node_id id) const;
  /// All but the removed.
  std::vector<node_id> members() const;
  node_id next_id() const;
};

/// The rows of a new cluster of one node.
storage::write_set first_rows(std::uint64_t cluster, std::uint32_t replicas,
                              const node_row& node, std::uint32_t shards);

/// The writes that change one row.
void put(storage::write_set& to, const node_row& row);
void put(storage::write_set& to, shard_id shard, const shard_row& row);

} // namespace parley::cluster
