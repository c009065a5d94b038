#pragma once

#include "base/error.hpp"
#include "storage/store.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace parley::storage {

/// A write set on its way to the disk. Who submits derives from it what it
/// wants to find again when the write set is committed.
struct submission {
  virtual ~submission() = default;

  shard_id shard = 0;
  /// The shard's term at the time of the decision; see `committer::term`.
  std::uint64_t term = 0;
  write_set writes;
};

/// Told what became of submissions, on the committer's thread, in the order of
/// submission within each shard.
class commit_listener {
public:
  virtual ~commit_listener() = default;

  /// One batch: either all of it is on disk, or none of it and `outcome` says
  /// why. Must not block.
  virtual void completed(std::vector<std::unique_ptr<submission>> batch,
                         const result<void>& outcome)
    = 0;
};

/// Group commit: one thread that drains a bounded queue of write sets from all
/// shards into one batch and one fsync.
///
/// A failed batch advances the term of every shard in it. Submissions of an
/// older term fail too, because they were decided on top of what was lost; who
/// wants to write again reads its state anew and takes the new term.
class committer {
public:
  committer(store& db, commit_listener& listener, const options& opts);

  /// Commits what is queued, then stops.
  ~committer();

  committer(const committer&) = delete;
  committer& operator=(const committer&) = delete;

  /// Whether the node may write now: `unavailable` with the detail "storage
  /// full", "storage failed" or "storage busy" (queue over its bound) if not.
  /// Cheap; ask before deciding.
  result<void> admit() const;

  /// Queues a write set; never blocks. The queue's bound is kept by `admit`,
  /// exact but for what is decided between the two calls.
  void submit(std::unique_ptr<submission> work);

  /// The term that a submission for `shard` must carry.
  std::uint64_t term(shard_id shard) const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace parley::storage
