#pragma once

#include "cluster/log/catch_up_pace.hpp"
#include "cluster/raft/core.hpp"
#include "storage/damage.hpp"
#include "storage/store.hpp"

#include <optional>

namespace parley::cluster {

using storage::damage;
using storage::shard_id;

/// How far a replica has come, written in one batch with what it applied.
struct replica_position {
  raft::position applied;
  /// The log begins behind it.
  raft::position compacted;
  /// As of `applied`.
  raft::configuration members;
};

/// The rows of one shard's replica: vote, position and log
/// (docs/storage-format.md, "Replicas").
class disk_log final : public raft::log_reader {
public:
  disk_log(const storage::store& db, shard_id shard);

  /// None where this node has no replica of the shard.
  result<std::optional<raft::initial_state>> find() const;

  /// From now on `entries` are read for members that lag, at this pace.
  void pace_by(catch_up_pace& pace) {
    pace_ = &pace;
  }

  result<std::vector<raft::entry>>
  entries(std::uint64_t first, std::uint64_t last,
          std::size_t bytes_max) const override;
  std::optional<std::uint64_t> term(std::uint64_t index) const override;

  /// What was noted of it; `corrupt` where that can't be read.
  result<std::optional<damage>> damaged() const;
  void put(storage::write_batch& to, damage what) const;

  void put(storage::write_batch& to, const raft::hard_state& state) const;
  void put(storage::write_batch& to, const replica_position& at) const;

  /// Puts entries in place of those from the first one's index on; `last` is
  /// where the log ended before.
  void append(storage::write_batch& to, const std::vector<raft::entry>& entries,
              std::uint64_t last) const;

  /// Drops the entries after `from`, up to and with `upto`.
  void drop(storage::write_batch& to, std::uint64_t from,
            std::uint64_t upto) const;

private:
  const storage::store& db_;
  const storage::log_keys keys_;
  catch_up_pace* pace_ = nullptr;
};

std::string encode(const replica_position& at);
result<replica_position> decode_position(std::string_view record);

} // namespace parley::cluster
