#pragma once

#include "base/error.hpp"
#include "cluster/entity_key.hpp"
#include "cluster/shard.hpp"

#include <caf/actor_system.hpp>
#include <caf/message.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace parley::cluster {

struct router_options {
  std::uint32_t shards = shards_default;
  std::size_t entities_max = 100'000;
  std::chrono::milliseconds idle_after{120'000};
};

/// Finds the owner of a key and carries messages there. Safe to call from any
/// thread.
class router {
public:
  router(caf::actor_system& system, shard_log& log, carrier& others,
         std::vector<entity_factory> factories, const router_options& opts);

  router(const router&) = delete;
  router& operator=(const router&) = delete;

  /// Hands `what` to the entity of `key`, starting it where it does not live.
  /// Messages of one sender arrive in order while the owner stays the same.
  /// While there is none they wait, up to two seconds. `hops`: how many nodes
  /// it has come over. An entity that lives here is told by `by`, if there is
  /// one.
  void send(const entity_key& key, caf::message what, unsigned hops = 0,
            entity_runner* by = nullptr);

  /// Hands a message to each entity of the kind that lives here.
  void send_to_all(entity_kind kind, const caf::message& what);

  /// Whether this node's disk takes writes; what an entity's answer would be if
  /// not.
  result<void> admit() const;

  /// The owner of a shard from now on.
  void set_owner(shard_id shard, const shard_owner& owner);

  /// A node can be reached again.
  void retry();

  shard_id shard_number(const entity_key& key) const {
    return cluster::shard_of(key, opts_.shards);
  }

  /// As the shard's; `upset` where the way to its owner was broken.
  std::uint32_t upsets(const entity_key& key) const;
  void upset(shard_id shard);

  /// Passivates what has been idle for long, and the longest idle where there
  /// are too many; tries again to send what waits, and refuses what has waited
  /// too long for an owner. Called every half second or so.
  void sweep(steady_clock::time_point now);

  /// Up to `limit` live entities, the most recently used first in each shard.
  std::vector<entity_info> entities(std::size_t limit) const;

  std::size_t live(entity_kind kind) const;

  /// Stops every entity once it has nothing under way; returns whether all
  /// were gone by the deadline. What is sent afterwards is dropped. The router
  /// must not be destroyed while entities are left.
  bool stop(steady_clock::time_point deadline);

private:
  const std::vector<entity_factory> factories_;
  const router_options opts_;
  shard_log& log_;
  std::vector<std::unique_ptr<shard>> shards_;
};

} // namespace parley::cluster
