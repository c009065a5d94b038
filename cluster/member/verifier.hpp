#pragma once

#include "cluster/member/verify_message.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace parley::cluster {

/// What came of comparing a shard's replicas.
struct shard_report {
  enum class standing : std::uint8_t {
    /// Not known yet.
    pending = 0,
    equal = 1,
    differs = 2,
    damaged = 3,
    lost = 4,
    /// Did not answer.
    silent = 5,
    /// The same, for the node that asks does not reach it.
    unreachable = 6
  };

  shard_id shard = 0;
  std::uint64_t round = 0;
  /// All are known, or will not be.
  bool done = false;
  /// Where in the log they were compared.
  std::uint64_t index = 0;
  /// Of the largest replica.
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::map<node_id, standing> replicas;
  std::vector<range_difference> differences;

  /// Done, and all replicas are there and the same.
  bool good() const;
};

/// "pending", "equal", …
const char* to_string(shard_report::standing what);

/// Has replicas compared, one round at a time for each shard: asks the shard's
/// owner for a mark in its log, and compares what the replicas tell of their
/// state right there. Safe to call from many threads.
class verifier {
public:
  /// Sends the request to the shard's owner; false where none is known.
  using ask_owner = std::function<bool(const verify_request&)>;

  /// Whether the node can be reached now; nobody waits for one that cannot.
  using reaches = std::function<bool(node_id)>;

  explicit verifier(
    ask_owner ask, reaches can_reach = [](node_id) { return true; })
    : ask_(std::move(ask)), reaches_(std::move(can_reach)) {}

  /// Begins a round in place of the one before it. Times are milliseconds of
  /// one clock.
  void begin(shard_id shard, const std::vector<node_id>& members,
             raft::time_ms now);

  void reached(node_id from, const verify_reached& what);
  void take(node_id from, verify_digest what);

  /// Asks again where nobody has answered, and waits no longer for those that
  /// do not.
  void tick(raft::time_ms now);

  std::optional<shard_report> report(shard_id shard) const;

private:
  struct round {
    std::uint64_t number = 0;
    raft::time_ms begun = 0;
    raft::time_ms asked = 0;
    bool closed = false;
    /// Nothing of those that were not heard of.
    std::map<node_id, std::optional<shard_digest>> told;
    std::map<node_id, bool> reached;
  };

  round* find(shard_id shard, std::uint64_t number, node_id from);
  void ask(shard_id shard, round& which, raft::time_ms now);

  const ask_owner ask_;
  const reaches reaches_;
  mutable std::mutex mutex_;
  std::map<shard_id, round> rounds_;
};

} // namespace parley::cluster
