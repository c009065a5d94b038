#pragma once

#include "base/error.hpp"
#include "storage/store.hpp"

#include <caf/actor.hpp>

#include <cstdint>

namespace parley::cluster {

using storage::shard_id;

/// To an entity: its write sets up to `ticket` are durable.
struct committed {
  std::uint64_t ticket = 0;
};

/// To an entity: its write sets from `ticket` on are lost. It must read its
/// state anew before it writes again.
struct commit_failed {
  std::uint64_t ticket = 0;
  error why = {};
};

/// The logs of the shards whose entities live here. Only what a log has
/// committed counts; everything else may be lost. Safe to call from any thread.
class shard_log {
public:
  virtual ~shard_log() = default;

  /// Whether a write may be decided now. `unavailable` says why not.
  virtual result<void> admit(shard_id shard) const = 0;

  /// The term that write sets decided from now on belong to. An entity takes it
  /// when it reads its state.
  virtual std::uint64_t term(shard_id shard) const = 0;

  /// Whether the owner of that term may still answer from what is committed:
  /// nobody else owns the shard yet. Read first, then ask, then answer.
  virtual bool holds(shard_id shard, std::uint64_t term) const = 0;

  /// Queues a write set of `entity`, which is sent `committed` or
  /// `commit_failed` for it, in the order of its tickets; one `committed` may
  /// stand for many.
  virtual void append(shard_id shard, std::uint64_t term,
                      storage::write_set writes, const caf::actor& entity,
                      std::uint64_t ticket)
    = 0;

  /// What is committed and applied.
  virtual const storage::store& reader() const = 0;
};

} // namespace parley::cluster
