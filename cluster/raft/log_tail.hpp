#pragma once

#include "base/error.hpp"
#include "cluster/raft/log_reader.hpp"
#include "cluster/raft/types.hpp"

#include <deque>
#include <optional>
#include <vector>

namespace parley::cluster::raft {

/// A log as its member sees it: the newest entries in memory, older ones
/// through the reader, and how much of it is on disk. What is not on disk or
/// not applied is always in memory.
class log_tail {
public:
  /// Reads what follows `applied` into memory; fails as the reader does.
  static result<log_tail> open(const log_reader& reader, position compacted,
                               position last, std::uint64_t applied);

  position last() const {
    return entries_.empty() ? before_ : entries_.back().at;
  }

  position compacted() const {
    return compacted_;
  }

  /// On disk up to here.
  std::uint64_t durable() const {
    return durable_;
  }

  /// Nothing where there is no such entry any more, or not yet.
  std::optional<std::uint64_t> term(std::uint64_t index) const;

  bool holds(position at) const {
    return term(at.index) == at.term;
  }

  /// Follows `last`.
  void append(entry next);

  /// Drops what is at or after `first`.
  void truncate(std::uint64_t first);

  /// Up to `entries_max` entries from `first` on, ending early at `bytes_max`
  /// but after one. `not_found` if it was compacted.
  result<std::vector<entry>> read(std::uint64_t first, std::size_t entries_max,
                                  std::size_t bytes_max) const;

  /// In memory.
  const entry& at(std::uint64_t index) const {
    return entries_[index - before_.index - 1];
  }

  std::uint64_t in_memory_after() const {
    return before_.index;
  }

  bool has_unwritten() const {
    return last().index > handed_;
  }

  /// The entries to write as part of the numbered write.
  std::vector<entry> hand_out(std::uint64_t number);

  /// All writes up to `number` are on disk.
  void persisted(std::uint64_t number);

  /// Forgets in memory what is on disk and not after `applied`, as far as all
  /// have it or it is more than `bytes_max`.
  void trim(std::uint64_t applied, std::uint64_t held_by_all,
            std::size_t bytes_max);

  void compact(position upto);

  /// Drops everything; the log starts anew after `upto`, on disk too.
  void restart(position upto);

private:
  struct write {
    std::uint64_t number;
    /// The log is on disk up to here once it is done.
    std::uint64_t last;
  };

  log_tail(const log_reader& reader, position compacted, position before)
    : reader_(&reader), compacted_(compacted), before_(before) {}

  void forget_first();

  const log_reader* reader_;
  position compacted_;
  /// Just before the first of `entries_`.
  position before_;
  std::deque<entry> entries_;
  std::size_t bytes_ = 0;
  /// Given out to be written up to here.
  std::uint64_t handed_ = 0;
  std::uint64_t durable_ = 0;
  std::deque<write> writes_;
};

} // namespace parley::cluster::raft
