#pragma once

#include "cluster/presence/connection.hpp"
#include "cluster/presence/layout.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace parley::cluster::presence {

/// What one Redis said.
struct said {
  /// In the order in which they were asked for.
  std::vector<user_hash> users = {};
  node_leases leases = {};
  /// It may not have been told everything yet.
  bool unsure = false;
};

/// The nodes and times of a `ZREVRANGE … WITHSCORES`; what is neither is left
/// out.
node_leases read_nodes(const reply& answer);

/// The fields of an `HGETALL`.
user_hash read_user(const reply& answer);

/// Reads users, and the leases of all nodes, over one connection in two
/// rounds. `then` gets nothing where an answer is missing or is an error. On
/// the loop's thread only.
void read(const std::shared_ptr<connection>& from, const key_names& keys,
          std::span<const user_id> users,
          std::function<void(std::optional<said>)> then);

} // namespace parley::cluster::presence
