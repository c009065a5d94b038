#pragma once

#include "cluster/log/log_engine.hpp"
#include "cluster/refusals.hpp"
#include "storage/commit_metrics.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <utility>

namespace parley::cluster {

/// What `log_thread.cpp` and `log_engine.cpp` share: the queue, guarded by
/// `mutex`, and what only the thread touches.
struct log_engine::impl final : inside {
  /// What other threads leave for this one.
  struct inputs {
    std::vector<std::pair<shard_id, proposal>> proposals;
    std::vector<shard_message> messages;
    std::size_t message_bytes = 0;
    std::vector<std::function<void(inside&)>> jobs;

    bool empty() const {
      return proposals.empty() && messages.empty() && jobs.empty();
    }

    void clear() {
      proposals.clear();
      messages.clear();
      message_bytes = 0;
      jobs.clear();
    }
  };

  impl(storage::store& d, node_id s, std::uint32_t n, const log_options& o)
    : store(d),
      self(s),
      shards(n),
      opts(o),
      views(new replica_view[n + 1]),
      pace(o.catch_up_bytes_per_second),
      seeds(o.seed ? *o.seed : std::random_device{}()),
      outputs(o.batch_bytes_max) {}

  replica* find(shard_id shard) override;
  result<replica*> add(shard_id shard) override;
  result<void> remove(shard_id shard) override;
  result<void> reopen(shard_id shard) override;
  result<void> lose_state(replica& r, std::string_view why) override;
  std::vector<shard_id> broken() const override {
    return {broken_shards.begin(), broken_shards.end()};
  }
  std::vector<replica*> all() override;

  replica_view& view(shard_id shard) const {
    return views[std::min<std::size_t>(shard, shards)];
  }

  void enqueue(shard_id shard, proposal what);
  result<void> load();
  result<replica*> open(shard_id shard);
  result<void> note_broken(shard_id shard);
  void run();
  void end();
  bool fetch(inputs& to);
  inputs take();
  raft::time_ms due() const;
  void mark_all();
  void work_off(inputs& work);
  void handle(inputs& work, raft::time_ms now);
  bool makes_sense(const shard_message& m) const;
  void step(shard_message& m, raft::time_ms now);
  void propose(std::vector<std::pair<shard_id, proposal>>& work,
               raft::time_ms now);
  void propose(shard_id shard, std::vector<proposal> some, std::size_t bytes,
               raft::time_ms now);
  void tick(raft::time_ms now);
  void flush();
  bool write();
  void send(std::vector<shard_message>& messages);
  void do_chores(raft::time_ms now);
  void step_aside(replica& r, raft::time_ms now);

  storage::store& store;
  const node_id self;
  const std::uint32_t shards;
  const log_options opts;
  log_surroundings* around = nullptr;
  /// By shard; that of the map is the last.
  const std::unique_ptr<replica_view[]> views;
  catch_up_pace pace;
  std::map<shard_id, std::unique_ptr<replica>> replicas;
  std::set<shard_id> broken_shards;
  storage::commit_metrics seen;
  std::mt19937_64 seeds;
  replica_outputs outputs;
  entity_runner entities;
  /// Those whose cores may have output; one may be in it twice.
  std::vector<replica*> dirty;
  std::vector<replica*> touched;
  /// No core's deadline is earlier; it may be later.
  raft::time_ms next_tick = 0;
  std::size_t batch_sets = 0;
  raft::time_ms next_chores = 0;
  /// When a leader without space may step aside again.
  std::map<shard_id, raft::time_ms> aside_again;
  bool failed = false;

  std::atomic<std::size_t> queued_bytes = 0;
  std::atomic<std::size_t> queued_length = 0;

  std::mutex mutex;
  std::condition_variable wake;
  inputs queue;
  bool asleep = false;
  bool stopping = false;
  std::thread thread;
};

} // namespace parley::cluster
