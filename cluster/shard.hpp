#pragma once

#include "base/clock.hpp"
#include "cluster/carrier.hpp"
#include "cluster/entity_key.hpp"
#include "cluster/shard_log.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/message.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace parley::cluster {

class entity_runner;
class shard;

/// To an entity: stop if nothing is under way. It answers by calling
/// `shard::stopped` or `shard::stays`, once.
struct passivate {
  /// The node stops, or owns the shard no more: stop as soon as nothing is
  /// under way; sessions that are still there are no reason to stay.
  bool for_good = false;
};

/// What an entity knows of where it lives.
struct entity_home {
  shard_id shard_number = 0;
  shard_log* log = nullptr;
  shard* table = nullptr;
};

/// Starts the actor of an entity.
using entity_factory = std::function<caf::actor(
  caf::actor_system&, const entity_key&, const entity_home&)>;

struct entity_info {
  entity_key key;
  std::chrono::milliseconds idle{0};
};

/// Who owns a shard, as far as this node knows.
struct shard_owner {
  /// This node, and it may serve.
  bool here = false;
  /// The node that leads; 0 is unknown.
  node_id node = 0;

  friend bool operator==(const shard_owner&, const shard_owner&) = default;
};

/// The way to the entities of one shard, and those of them that live here.
///
/// While this node owns the shard, an entity is started by its first message.
/// To be passivated it is sent `passivate`; what arrives from then on waits
/// here until it has stopped, and goes to its successor, or has refused, and
/// goes to it: nothing is lost or overtaken. While another node owns the shard
/// messages go there, and while nobody does they wait for the next owner, up
/// to a bound and a time. Safe to call from any thread.
class shard {
public:
  shard(shard_id number, caf::actor_system& system, shard_log& log,
        carrier& others, const std::vector<entity_factory>& factories);

  /// `hops`: how many nodes it has come over. `by`, where there is one, tells
  /// the entity if it lives here already: others have much to read first.
  void deliver(const entity_key& key, caf::message what, unsigned hops = 0,
               entity_runner* by = nullptr);

  /// Hands a message to each living entity of the kind.
  void deliver_to_all(entity_kind kind, const caf::message& what);

  /// The owner from now on. Entities that live here stop when this node is it
  /// no more; what waits goes to the owner.
  void set_owner(const shard_owner& owner);

  /// Tries again to send what waits for another node.
  void retry();

  /// Grows whenever questions that were sent to the shard before may never be
  /// answered: its owner was lost or replaced, or the way to it was broken.
  std::uint32_t upsets() const {
    return upsets_;
  }
  void upset() {
    ++upsets_;
  }

  /// Refuses what has waited since `before`.
  void expire(steady_clock::time_point before);

  /// Called by the entity: it will handle no further message.
  void stopped(const entity_key& key);

  /// Called by the entity: it can't stop now.
  void stays(const entity_key& key);

  /// Asks those to stop that have been idle since `before`, and the longest
  /// idle above `most`.
  void passivate_idle(steady_clock::time_point before, std::size_t most);

  /// Asks all to stop, now and when they come to rest, and drops what is sent
  /// to them afterwards.
  void close();

  std::size_t size() const;
  std::size_t live(entity_kind kind) const;
  void list(std::size_t limit, std::vector<entity_info>& into) const;

private:
  struct entry {
    caf::actor handle;
    steady_clock::time_point used;
    std::list<entity_key>::iterator place;
    bool stopping = false;
    std::vector<caf::message> waiting;
  };

  /// A message without an owner.
  struct held {
    entity_key key;
    caf::message what;
    unsigned hops = 0;
    steady_clock::time_point since;
  };

  entry& start(const entity_key& key);
  void deliver_here(const entity_key& key, caf::message what,
                    entity_runner* by = nullptr);
  /// Returns what can't be kept, to be refused once the lock is released: who
  /// is told so may live in this shard.
  [[nodiscard]] std::optional<caf::message>
  deliver_elsewhere(const entity_key& key, caf::message what, unsigned hops);
  /// Forgets the entity; returns what waited for it and can't be kept.
  std::vector<caf::message> bury(const entity_key& key);
  bool carry(const held& one);
  void send_held();
  bool stops_all() const {
    return closed_ || !owner_.here;
  }
  void ask_to_stop(entry& e);

  const entity_home home_;
  caf::actor_system& system_;
  carrier& others_;
  const std::vector<entity_factory>& factories_;
  mutable std::mutex guard_;
  std::unordered_map<entity_key, entry> entries_;
  /// The least recently used first.
  std::list<entity_key> by_use_;
  std::array<std::size_t, entity_kinds + 1> live_{};
  shard_owner owner_;
  std::deque<held> held_;
  bool closed_ = false;
  std::atomic<std::uint32_t> upsets_ = 0;
};

} // namespace parley::cluster
