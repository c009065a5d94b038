#pragma once

#include "cluster/raft/types.hpp"

#include <cstddef>

namespace parley::cluster::raft {

struct options {
  /// A follower that has heard of no leader for a random time between the two
  /// starts an election; the lower one is also how long it refuses its vote
  /// after hearing from a leader. All nodes of a cluster must have the same.
  time_ms election_min_ms = 300;
  time_ms election_max_ms = 600;

  /// Heartbeats fall due at multiples of it, in all groups at once.
  time_ms heartbeat_ms = 50;
  /// The same while a group has nothing to tell. Below a third of
  /// `election_min_ms`, or one lost heartbeat ends the lease.
  time_ms idle_heartbeat_ms = 100;

  /// How much shorter a lease is than the followers' promise. Covers by how
  /// much two clocks can differ over `election_min_ms`.
  time_ms lease_drift_ms = 30;

  /// One append message. A larger entry travels alone.
  std::size_t append_bytes_max = std::size_t{256} * 1024;
  std::size_t append_entries_max = 1024;

  /// Appends sent to a peer that it has not answered.
  std::size_t inflight_messages_max = 64;
  std::size_t inflight_bytes_max = std::size_t{4} * 1024 * 1024;

  /// What a leader holds that is not committed. `propose` answers
  /// `rate_limited` above it.
  std::size_t uncommitted_bytes_max = std::size_t{16} * 1024 * 1024;

  /// Applied entries kept in memory for peers that lag a little; entries that
  /// are not applied or not on disk are kept in any case.
  std::size_t tail_bytes_max = std::size_t{256} * 1024;
};

} // namespace parley::cluster::raft
