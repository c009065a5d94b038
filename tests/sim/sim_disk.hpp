#pragma once

#include "cluster/raft/core.hpp"
#include "tests/sim/dice.hpp"

#include <deque>
#include <functional>

namespace parley::sim {

namespace raft = cluster::raft;

/// What one member keeps.
struct disk_image {
  raft::hard_state hard;
  raft::position compacted;
  /// The entries after `compacted`.
  std::deque<raft::entry> log;
  raft::position applied;
  raft::configuration members;

  raft::position last() const {
    return log.empty() ? compacted : log.back().at;
  }

  /// Drops what is at or after the first one, then appends.
  void append(const std::vector<raft::entry>& entries);
  void compact(raft::position upto);
};

/// A disk with one log of writes: a crash loses those at its end that were not
/// synced, or some of them.
class sim_disk final : public raft::log_reader {
public:
  using write = std::function<void(disk_image&)>;

  explicit sim_disk(raft::configuration members) {
    durable_.members = seen_.members = std::move(members);
  }

  /// Returns its number.
  std::uint64_t add(write what);

  /// All writes up to that number are safe.
  void sync(std::uint64_t upto);

  void crash(dice& d);

  const disk_image& image() const {
    return seen_;
  }

  result<std::vector<raft::entry>>
  entries(std::uint64_t first, std::uint64_t last,
          std::size_t bytes_max) const override;
  std::optional<std::uint64_t> term(std::uint64_t index) const override;

private:
  disk_image durable_;
  disk_image seen_;
  std::deque<write> unsynced_;
  std::uint64_t synced_ = 0;
};

} // namespace parley::sim
