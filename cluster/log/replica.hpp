#pragma once

#include "cluster/entity_runner.hpp"
#include "cluster/log/boot_clock.hpp"
#include "cluster/log/disk_log.hpp"

#include <caf/actor.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::cluster {

/// Called on the log's thread, soon, with what became of a write set; must not
/// block.
using commit_callback = std::function<void(const result<void>&)>;

/// Who is told what becomes of a write set: an entity by its ticket, or else
/// whoever gave the callback.
struct waiter {
  caf::actor entity;
  std::uint64_t ticket = 0;
  commit_callback then;
};

/// A write set on its way into a shard's log.
struct proposal {
  std::uint64_t term = 0;
  storage::write_set writes;
  waiter who;
};

/// Tells one that its write set is lost.
void fail(const waiter& who, const error& why);

/// What other threads may know of a replica.
struct replica_view {
  /// The term in which this node serves the shard; 0 while it does not. Its
  /// low bits count the losses within one term of Raft.
  std::atomic<std::uint64_t> term = 0;
  /// Milliseconds of `boot_clock_ms`; see `raft::core::lease_until`.
  std::atomic<raft::time_ms> lease_until = 0;
  /// Who leads, as far as this node knows; 0 is unknown.
  std::atomic<node_id> leader = 0;
  /// Bytes of the write sets that were proposed and are not applied yet.
  std::atomic<std::size_t> pending_bytes = 0;
};

/// What one shard's replicas say to each other.
struct shard_message {
  shard_id shard = 0;
  raft::message what;
};

/// What the low bits of a served term are.
inline constexpr unsigned loss_bits = 20;

/// What a replica's outputs add to, until it is full.
struct replica_outputs {
  explicit replica_outputs(std::size_t most) : bytes_max(most) {}

  bool full() const {
    return writes.bytes() >= bytes_max;
  }

  const std::size_t bytes_max;
  storage::write_batch writes;
  /// Whether `writes` must be synced before what depends on them is sent.
  bool must_sync = false;
  std::vector<shard_message> now;
  std::vector<shard_message> after;
};

/// One shard's replica on this node: the Raft core, its rows, and who waits for
/// what. Lives on the log's thread.
class replica {
public:
  /// None where this node has no replica of the shard; `corrupt` where it does
  /// not know any more what it has promised.
  static result<std::unique_ptr<replica>>
  open(const storage::store& db, shard_id shard, node_id self,
       const raft::options& opts, std::uint64_t seed, catch_up_pace& pace,
       replica_view& view);

  shard_id shard() const {
    return shard_;
  }

  raft::core& core() {
    return core_;
  }

  const raft::core& core() const {
    return core_;
  }

  /// Puts the proposals into one entry. Those of another term fail. Whoever
  /// waits is told in the order of the proposals, whatever became of them.
  void propose(std::vector<proposal> what, raft::time_ms now);

  /// Fails them all, and what was decided on top of them: a new term begins
  /// where one of them was of this one.
  void refuse(std::vector<proposal> what, const error& why);
  void refuse_too_large(std::vector<proposal> what);

  /// Does the core's next output but for writing it and sending: see
  /// `raft::output`. False when there is none.
  bool collect(replica_outputs& to);

  /// What `collect` has given is written, and synced where it had to be.
  /// Tells the entities whose writes are applied. Whether that changed the
  /// state.
  bool written(entity_runner& entities);

  /// Serves no more, whatever the core says; what is under way fails.
  void resign(const error& why);

  /// What `collect` has given can't be written, nor anything else ever: what
  /// is under way fails. A group of one still serves what is committed; any
  /// other replica resigns.
  void write_failed(const error& why);

  /// The status changed with the last `collect`.
  bool take_status_change() {
    return std::exchange(status_changed_, false);
  }

  /// Members that need the shard's state instead of its log.
  std::vector<node_id> take_snapshot_wishes() {
    return std::exchange(want_snapshot_, {});
  }

  /// Drops the part of the log that all members have, once it is of
  /// `bytes_min`, or all that is applied once it is over `bytes_max`.
  void compact(storage::write_batch& to, std::uint64_t bytes_min,
               std::uint64_t bytes_max);

  /// Its state can't be trusted: neither served nor added to any more, until
  /// another member's has taken its place (`log_engine::inside::reopen`). What
  /// it has promised it keeps, and goes on with. Noted on disk with `to`. A
  /// leader is to hand over as well; it still leads, and serves nothing.
  void lose_state(storage::write_batch& to, std::string_view why);

  bool state_lost() const {
    return state_lost_;
  }

  /// What `core::mark` was given, when the state that was written last is the
  /// one at that entry.
  std::optional<std::string> take_mark() {
    return std::exchange(mark_, {});
  }

  /// The next `compact` drops all that is applied.
  void forget_log() {
    forget_log_ = true;
  }

  const replica_position& position() const {
    return at_;
  }

  /// The state was replaced by a snapshot's, as `core::judge` said.
  void snapshot_installed(replica_position at, raft::snapshot_fate fate);

private:
  /// What was proposed here and is not applied yet.
  struct pending {
    raft::position at;
    std::size_t bytes = 0;
    std::vector<waiter> waiters;
    /// Where no log is kept: applied as they are.
    std::vector<storage::write_set> writes;
    /// Those that failed after it was proposed, to be told after it.
    std::vector<std::pair<waiter, error>> lost;
  };

  replica(shard_id shard, node_id self, std::unique_ptr<disk_log> disk,
          const raft::initial_state& found, raft::core rules,
          replica_view& view);

  void take_output(replica_outputs& to);

  bool alone() const;
  bool keeps_log() const;
  std::uint64_t served_term() const;
  void publish(const std::optional<raft::status>& changed);
  void append(const raft::output& out, storage::write_batch& to);
  void apply_some(replica_outputs& to);
  void apply(const raft::entry& e, storage::write_batch& to);
  void note(const raft::entry& mark);
  void settle(raft::position upto, entity_runner& entities);
  void tell_committed(entity_runner& entities);
  void begin_term();
  void lose(waiter who, const error& why);
  void fail_pending(const error& why);
  void add_pending_bytes(std::size_t more, std::size_t less);

  const shard_id shard_;
  const node_id self_;
  const std::unique_ptr<disk_log> disk_;
  replica_position at_;
  /// Where the log on disk ends.
  std::uint64_t last_;
  /// Bytes of the log between `compacted` and `applied`, near enough.
  std::uint64_t log_bytes_ = 0;
  raft::core core_;
  replica_view& view_;
  raft::time_ms lease_until_ = 0;
  raft::status status_;
  std::uint64_t losses_ = 0;
  bool status_changed_ = false;
  std::deque<pending> pending_;
  std::size_t pending_bytes_ = 0;
  /// What the last output said, for `written`.
  std::uint64_t persisted_ = 0;
  std::uint64_t committed_ = 0;
  /// What the core was told.
  std::uint64_t core_applied_ = 0;
  bool applied_some_ = false;
  /// With the next batch.
  bool put_position_ = false;
  std::vector<node_id> want_snapshot_;
  /// Committed, and to be applied with the next batches.
  std::vector<raft::entry> backlog_;
  std::optional<std::string> mark_;
  bool state_lost_ = false;
  bool forget_log_ = false;
  /// Kept for its memory.
  std::unordered_map<caf::actor, std::uint64_t> highest_;
};

} // namespace parley::cluster
