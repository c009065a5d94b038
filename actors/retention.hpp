#pragma once

#include "actors/services.hpp"
#include "cluster/shard_log.hpp"

#include <cstdint>
#include <string>

namespace parley::actors {

/// Has erased what has outlived its time in the shards that this node owns:
/// guests whose sign-ins are all over, and reports that are older than they are
/// kept. It only finds them; their entities look again and erase.
///
/// Goes round all shards every so often. To be used by one thread.
class retention {
public:
  retention(services& with, const cluster::shard_log& log,
            std::uint32_t shards);

  /// Goes on with the round, or begins the next where it is due. Reads the rows
  /// of some hundred guests at most, blocking.
  void step();

  /// How often a round begins: a tenth of the shortest time that something is
  /// kept, from a second to ten minutes.
  static std::chrono::milliseconds interval_for(const options& opts);

private:
  void look_at_guests(storage::shard_id shard, std::size_t& guests_left);

  services& with_;
  const cluster::shard_log& log_;
  const std::uint32_t shards_;
  const std::chrono::milliseconds interval_;
  timestamp_ms next_round_ = 0;
  /// What the round has come to: `shards_` where it is over. In the shard,
  /// everything before `from_` was looked at; empty at its beginning.
  std::uint32_t shard_ = 0;
  std::string from_;
};

} // namespace parley::actors
