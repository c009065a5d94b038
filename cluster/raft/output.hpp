#pragma once

#include "cluster/raft/configuration.hpp"
#include "cluster/raft/message.hpp"
#include "cluster/raft/types.hpp"

#include <optional>
#include <vector>

namespace parley::cluster::raft {

struct status {
  raft::role role = raft::role::follower;
  std::uint64_t term = 0;
  /// 0 is unknown.
  node_id leader = 0;
  /// Leader, and all that earlier leaders committed is applied here: may
  /// decide on what it reads (thesis 6.4).
  bool serving = false;

  friend bool operator==(const status&, const status&) = default;
};

/// A `read` whose leadership was confirmed.
struct confirmed_read {
  std::uint64_t ticket = 0;
  /// Answer it once this is applied.
  std::uint64_t index = 0;
};

/// What is to be done. In this order:
///
/// 1. Take note of `status`, and tell whoever serves reads `lease_until()`.
/// 2. Send `messages_now`.
/// 3. Write `hard_state` and `entries`, where there are any, in one batch with
///    those of other groups and other outputs, in order; sync.
/// 4. Report `persisted(number)`, then send `messages_after`.
/// 5. Apply `committed`, no sync needed; report `applied`.
///
/// 5 need not wait for 3 or 4: what is committed is on other disks. Outputs
/// may be taken before earlier ones are persisted, if they are persisted in
/// order; `messages_after` waits for all earlier outputs too.
struct output {
  /// Counts up from 1.
  std::uint64_t number = 0;

  /// Set when it differs from the previous output's.
  std::optional<raft::status> status;

  std::vector<message> messages_now;

  std::optional<raft::hard_state> hard_state;
  /// Whatever the log holds at or after the first one's index is dropped.
  std::vector<entry> entries;

  std::vector<message> messages_after;

  /// In order, without a gap, each once while the process lives.
  std::vector<entry> committed;

  std::vector<confirmed_read> reads;

  /// The leader cannot bring these level by log. The answer to each is
  /// `snapshot_sent`; until then it is not asked again.
  std::vector<node_id> want_snapshot;

  /// This node is the only voter and `entries` are committed by being
  /// persisted: they may be applied in the same batch and not be kept as a
  /// log. They will be in `committed` of a later output nevertheless.
  bool alone = false;

  bool must_persist() const {
    return hard_state.has_value() || !entries.empty();
  }
};

} // namespace parley::cluster::raft
