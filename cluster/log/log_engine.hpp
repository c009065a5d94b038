#pragma once

#include "cluster/log/replica.hpp"
#include "cluster/member/cluster_map.hpp"
#include "cluster/shard_log.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cluster {

struct log_options {
  raft::options raft;
  /// Write sets that wait to be proposed; `admit` refuses above it.
  std::size_t queue_bytes_max = std::size_t{64} << 20;
  std::size_t queue_length_max = 100'000;
  /// Write sets of one shard that are proposed and not applied; `admit` refuses
  /// above it. Below what Raft leaves uncommitted, or deciding would be in
  /// vain.
  std::size_t pending_bytes_max = std::size_t{8} << 20;
  /// Bytes of write sets in one entry.
  std::size_t entry_bytes_max = std::size_t{4} << 20;
  /// Bytes that are written at a time, about; a single entry may be more.
  std::size_t batch_bytes_max = std::size_t{16} << 20;
  /// Bytes of raft messages that came from other nodes and wait; more are
  /// dropped, as a link may, and sent again.
  std::size_t received_bytes_max = std::size_t{64} << 20;
  /// What is read of the logs for members that lag; see `catch_up_pace`.
  std::uint64_t catch_up_bytes_per_second = catch_up_bytes_per_second_default;
  /// Of the log that is kept for a member that lags; what needs more gets the
  /// shard's state instead.
  std::uint64_t log_bytes_max = std::uint64_t{64} << 20;
  /// A range of rows that is dropped costs readers a little: not for less.
  std::uint64_t log_bytes_min = std::uint64_t{1} << 20;
  /// No thread: whoever has the engine drives it with `step`.
  bool stepped = false;
  /// Of all that is random in it; none is a random one.
  std::optional<std::uint64_t> seed = {};
};

/// What the logs of a node have to do with the rest of it. Called on the log's
/// thread; must not block.
class log_surroundings {
public:
  virtual ~log_surroundings() = default;

  /// To the node `m.what.to`. May be lost.
  virtual void send(const shard_message& m) = 0;

  virtual void status_changed(shard_id shard, const raft::status& now) = 0;

  /// A member lags behind the log: `core::snapshot_sent` must follow.
  virtual void wants_snapshot(shard_id shard, node_id member) = 0;

  /// The state of `meta_shard` has changed.
  virtual void meta_applied() = 0;

  /// A replica has come to a mark in its log. With the store as it was right
  /// then; without where the replica's state is lost.
  virtual void marked(shard_id, raft::position, const std::string& /*mark*/,
                      std::optional<storage::store::view>) {}
};

/// The logs of all shards that have a replica here, driven by one thread: it
/// takes what was proposed, received and has come due, lets the Raft cores
/// decide, writes what all of them want written in one batch with one fsync,
/// and applies what is committed. Safe to call from any thread.
class log_engine final : public shard_log {
public:
  /// Finds the replicas that the store has. One that was damaged takes no part
  /// (`inside::broken`); that of the map must be whole.
  static result<std::unique_ptr<log_engine>> open(storage::store& db,
                                                  node_id self,
                                                  std::uint32_t shards,
                                                  const log_options& opts);

  /// Lets them go; once. `around` must live until `stop`.
  void run(log_surroundings& around);

  /// Where there is no thread: does what is queued and what has come due, and
  /// waits for nothing. One thread calls this and `due`.
  void step();

  /// When `step` has something to do; in the past where it has now.
  raft::time_ms due() const;

  /// Commits what can be committed without others, fails what can't, and ends
  /// the thread. Whoever waits hears of it while its actor system still lives
  /// only if this is called before that goes; the destructor does it at the
  /// latest.
  void stop();

  ~log_engine() override;

  log_engine(const log_engine&) = delete;
  log_engine& operator=(const log_engine&) = delete;

  result<void> admit(shard_id shard) const override;
  std::uint64_t term(shard_id shard) const override;
  bool holds(shard_id shard, std::uint64_t term) const override;
  void append(shard_id shard, std::uint64_t term, storage::write_set writes,
              const caf::actor& entity, std::uint64_t ticket) override;

  /// The same for one that is no entity. `then` may be called before `append`
  /// returns, and is called before `stop` returns.
  void append(shard_id shard, std::uint64_t term, storage::write_set writes,
              commit_callback then);

  const storage::store& reader() const override;

  /// Who leads the shard, as far as this node knows; 0 is unknown.
  node_id leader(shard_id shard) const;

  /// What came from other nodes; takes the messages.
  void receive(std::vector<shard_message>& messages);

  /// What only the log's thread may touch.
  class inside {
  public:
    virtual ~inside() = default;

    /// Null where there is none.
    virtual replica* find(shard_id shard) = 0;

    /// Of a shard that this node has no replica of: without members, it waits
    /// for a leader to tell it.
    virtual result<replica*> add(shard_id shard) = 0;

    /// Forgets the replica and all of its rows.
    virtual result<void> remove(shard_id shard) = 0;

    /// Makes the replica anew of what is on disk, as if the node had been
    /// started again.
    virtual result<void> reopen(shard_id shard) = 0;

    /// Gives the replica's state up (`replica::lose_state`).
    virtual result<void> lose_state(replica& r, std::string_view why) = 0;

    /// Those that had a replica here which does not know any more what it has
    /// promised: it takes no part until it was removed.
    virtual std::vector<shard_id> broken() const = 0;

    virtual std::vector<replica*> all() = 0;
  };

  /// Has `job` done on the log's thread, soon.
  void post(std::function<void(inside&)> job);

private:
  struct impl;
  explicit log_engine(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

/// Writes what the first and only member of the map's and the shards' groups
/// finds on its disk.
result<void> create_groups(storage::store& db, std::uint32_t shards,
                           node_id member);

} // namespace parley::cluster
