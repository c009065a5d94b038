#pragma once

#include "cluster/shard_log.hpp"

#include <unordered_map>

namespace parley::cluster {

/// Logs with this node's disk as the only replica: what its committer has
/// fsync'ed is committed.
class local_shard_log final : public shard_log, storage::commit_listener {
public:
  local_shard_log(storage::store& db, const storage::options& opts);

  result<void> admit(shard_id shard) const override;
  std::uint64_t term(shard_id shard) const override;
  void append(shard_id shard, std::uint64_t term, storage::write_set writes,
              const caf::actor& entity, std::uint64_t ticket) override;
  const storage::store& reader() const override;

private:
  void completed(std::vector<std::unique_ptr<storage::submission>> batch,
                 const result<void>& outcome) override;

  storage::store& db_;
  /// The highest committed ticket of each entity in a batch; used on the
  /// committer's thread only.
  std::unordered_map<caf::actor, std::uint64_t> highest_;
  /// Last, so that it stops before what its thread uses goes.
  storage::committer committer_;
};

} // namespace parley::cluster
