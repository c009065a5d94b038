#pragma once

#include "base/error.hpp"
#include "cluster/raft/types.hpp"

#include <optional>
#include <vector>

namespace parley::cluster::raft {

/// The part of the log that is on disk. Called from within the core's inputs
/// and `take`, only for entries that were reported `persisted` and are not
/// `compacted`, or at construction for those that were found.
class log_reader {
public:
  virtual ~log_reader() = default;

  /// Entries from `first` to `last`, both included, in order and without a
  /// gap. May end early, at `bytes_max` of payload, but after one entry or
  /// more. `not_found` says that `first` was compacted: the peer who needs it
  /// gets a snapshot. `rate_limited` is asked again after its
  /// `retry_after_ms`, anything else (`corrupt`, `io_failed`) after a
  /// heartbeat's time.
  virtual result<std::vector<entry>> entries(std::uint64_t first,
                                             std::uint64_t last,
                                             std::size_t bytes_max) const = 0;

  /// The term of one entry, or nothing where `entries` would fail.
  virtual std::optional<std::uint64_t> term(std::uint64_t index) const = 0;
};

} // namespace parley::cluster::raft
