#include "cluster/log/log_engine.hpp"

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "storage/commit_metrics.hpp"
#include "storage/refusals.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

namespace parley::cluster {

namespace {

/// How often the thread looks after things that nobody asks for.
constexpr raft::time_ms chores_ms = 1000;
constexpr raft::time_ms chores_while_full_ms = 250;

/// How soon a leader without space tries again to find one with more; where
/// all are full, leadership should not go round and round.
constexpr raft::time_ms step_aside_again_ms = 5000;

error no_owner() {
  return {errc::unavailable, "this node does not own the shard", {}, 200};
}

error stopping_now() {
  return {errc::unavailable, "the node stops", {}, 500};
}

/// Under which nothing but a leader's word makes a replica known to itself.
bool from_leader(const raft::message& m) {
  return std::holds_alternative<raft::append>(m.body)
         || std::holds_alternative<raft::heartbeat>(m.body);
}

bool carries_entries(const raft::message& m) {
  const auto* append = std::get_if<raft::append>(&m.body);
  return append && !append->entries.empty();
}

} // namespace

struct log_engine::impl final : inside {
  /// What other threads leave for this one.
  struct inputs {
    std::vector<std::pair<shard_id, proposal>> proposals;
    std::vector<shard_message> messages;
    std::vector<std::function<void(inside&)>> jobs;

    bool empty() const {
      return proposals.empty() && messages.empty() && jobs.empty();
    }

    void clear() {
      proposals.clear();
      messages.clear();
      jobs.clear();
    }
  };

  impl(storage::store& d, node_id s, std::uint32_t n, const log_options& o)
    : store(d), self(s), shards(n), opts(o), views(new replica_view[n + 1]) {}

  replica* find(shard_id shard) override;
  result<replica*> add(shard_id shard) override;
  result<void> remove(shard_id shard) override;
  std::vector<replica*> all() override;
  storage::store& db() override {
    return store;
  }

  replica_view& view(shard_id shard) const {
    return views[std::min<std::size_t>(shard, shards)];
  }

  void enqueue(shard_id shard, proposal what);
  result<void> load();
  result<replica*> open(shard_id shard);
  void run();
  bool fetch(inputs& to);
  raft::time_ms due() const;
  void handle(inputs& work);
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
  std::map<shard_id, std::unique_ptr<replica>> replicas;
  storage::commit_metrics seen;
  std::mt19937_64 seeds{std::random_device{}()};
  replica_outputs outputs;
  std::vector<replica*> touched;
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

// -- what the thread does ----------------------------------------------------

void log_engine::impl::run() {
  inputs work;
  while (fetch(work)) {
    handle(work);
    work.clear();
  }
  for (auto& [shard, r] : replicas)
    r->resign(stopping_now());
}

/// Takes all that is queued; waits for it until something comes due. False:
/// stop.
bool log_engine::impl::fetch(inputs& to) {
  std::unique_lock guard{mutex};
  if (queue.empty() && !stopping) {
    auto pause = due() - boot_clock_ms();
    if (pause > 0) {
      asleep = true;
      wake.wait_for(guard, std::chrono::milliseconds{pause},
                    [&] { return !queue.empty() || stopping; });
      asleep = false;
    }
  }
  std::swap(to, queue);
  return !to.empty() || !stopping;
}

raft::time_ms log_engine::impl::due() const {
  auto first = next_chores;
  if (failed)
    return first;
  for (auto& [shard, r] : replicas)
    first = std::min(first, r->core().next_deadline());
  return first;
}

void log_engine::impl::handle(inputs& work) {
  for (auto& job : work.jobs)
    job(*this);
  auto now = boot_clock_ms();
  // Nobody takes what the cores of a failed node would have to say.
  if (!failed)
    for (auto& m : work.messages)
      step(m, now);
  propose(work.proposals, now);
  if (!failed) {
    tick(now);
    flush();
  }
  if (now >= next_chores)
    do_chores(now);
}

void log_engine::impl::step(shard_message& m, raft::time_ms now) {
  auto* r = find(m.shard);
  if (!r && from_leader(m.what)) {
    if (auto added = add(m.shard))
      r = *added;
  }
  if (!r)
    return;
  // It was never told who its group is, so it has nothing to promise.
  if (r->core().config().voters.empty() && !from_leader(m.what))
    return;
  // What can't be written is as good as lost; the leader sends it again.
  if (carries_entries(m.what) && !store.writable())
    return;
  r->core().step(std::move(m.what), now);
}

void log_engine::impl::propose(std::vector<std::pair<shard_id, proposal>>& work,
                               raft::time_ms now) {
  if (work.empty())
    return;
  std::stable_sort(work.begin(), work.end(),
                   [](auto& a, auto& b) { return a.first < b.first; });
  std::size_t sum = 0;
  for (std::size_t i = 0; i < work.size();) {
    auto shard = work[i].first;
    std::vector<proposal> some;
    std::size_t bytes = 0;
    for (; i < work.size() && work[i].first == shard
           && bytes < opts.entry_bytes_max;
         ++i) {
      bytes += work[i].second.writes.bytes();
      some.push_back(std::move(work[i].second));
    }
    sum += bytes;
    propose(shard, std::move(some), bytes, now);
  }
  batch_sets += work.size();
  queued_bytes.fetch_sub(sum, std::memory_order_relaxed);
  queued_length.fetch_sub(work.size(), std::memory_order_relaxed);
}

void log_engine::impl::propose(shard_id shard, std::vector<proposal> some,
                               std::size_t bytes, raft::time_ms now) {
  auto* r = find(shard);
  if (!r) {
    for (auto& p : some)
      fail(p.who, no_owner());
    return;
  }
  if (auto room = store.take(bytes); room)
    r->propose(std::move(some), now);
  else
    r->refuse(std::move(some), room.error());
}

void log_engine::impl::tick(raft::time_ms now) {
  for (auto& [shard, r] : replicas)
    if (r->core().next_deadline() <= now)
      r->core().tick(now);
}

/// Until no core has anything more to do.
void log_engine::impl::flush() {
  while (!failed) {
    touched.clear();
    for (auto& [shard, r] : replicas)
      if (r->collect(outputs))
        touched.push_back(r.get());
    if (touched.empty())
      return;
    send(outputs.now);
    if (!write())
      return;
    auto meta_changed = false;
    for (auto* r : touched) {
      auto applied_some = r->written();
      meta_changed = meta_changed || (applied_some && r->shard() == meta_shard);
    }
    send(outputs.after);
    for (auto* r : touched) {
      for (auto member : r->take_snapshot_wishes())
        around->wants_snapshot(r->shard(), member);
      if (r->take_status_change())
        around->status_changed(r->shard(), r->core().current());
    }
    if (meta_changed)
      around->meta_applied();
  }
}

bool log_engine::impl::write() {
  if (outputs.writes.empty())
    return true;
  auto begin = steady_clock::now();
  auto sync = std::exchange(outputs.must_sync, false);
  auto done = store.write(outputs.writes, sync ? storage::durability::synced
                                               : storage::durability::buffered);
  if (sync)
    seen.observe(std::exchange(batch_sets, 0), steady_clock::now() - begin,
                 done);
  if (done)
    return true;
  // Nothing that was promised may be forgotten: this node says no more.
  failed = true;
  log::error("log_failed", {{"why", done.error().detail}});
  for (auto& [shard, r] : replicas)
    r->write_failed(done.error());
  return false;
}

void log_engine::impl::send(std::vector<shard_message>& messages) {
  for (const auto& m : messages)
    around->send(m);
  messages.clear();
}

void log_engine::impl::do_chores(raft::time_ms now) {
  auto full = store.look_at_space().full;
  next_chores = now + (full ? chores_while_full_ms : chores_ms);
  if (failed)
    return;
  for (auto& [shard, r] : replicas) {
    r->compact(outputs.writes, opts.log_bytes_max);
    if (full)
      step_aside(*r, now);
  }
  if (write())
    flush();
}

/// A leader that can't write makes room for one that can.
void log_engine::impl::step_aside(replica& r, raft::time_ms now) {
  auto& next = aside_again[r.shard()];
  if (r.core().current().role != raft::role::leader || now < next)
    return;
  next = now + step_aside_again_ms;
  const raft::peer_info* best = nullptr;
  auto peers = r.core().peers();
  for (const auto& p : peers)
    if (!p.learner && p.heard_at > now - opts.raft.election_min_ms
        && (!best || p.match > best->match))
      best = &p;
  if (!best)
    return;
  if (auto handed = r.core().transfer_to(best->node, now); !handed)
    log::warning("leadership_not_handed_over",
                 {{"shard", r.shard()}, {"why", handed.error().detail}});
}

// -- replicas ----------------------------------------------------------------

replica* log_engine::impl::find(shard_id shard) {
  auto found = replicas.find(shard);
  return found == replicas.end() ? nullptr : found->second.get();
}

result<replica*> log_engine::impl::open(shard_id shard) {
  auto found
    = replica::open(store, shard, self, opts.raft, seeds(), view(shard));
  if (!found)
    return found.error();
  if (!*found)
    return nullptr;
  return (replicas[shard] = std::move(*found)).get();
}

result<replica*> log_engine::impl::add(shard_id shard) {
  if (shard >= shards && shard != meta_shard)
    return error{errc::not_found, "no such shard"};
  storage::write_batch batch;
  disk_log{store, shard}.put(batch, replica_position{});
  if (auto done = store.write(batch, storage::durability::synced); !done)
    return done.error();
  return open(shard);
}

result<void> log_engine::impl::remove(shard_id shard) {
  auto found = replicas.find(shard);
  if (found == replicas.end())
    return {};
  found->second->resign(no_owner());
  replicas.erase(found);
  storage::write_batch batch;
  batch.erase(storage::shard_range(shard));
  return store.write(batch, storage::durability::synced);
}

std::vector<replica*> log_engine::impl::all() {
  std::vector<replica*> out;
  for (auto& [shard, r] : replicas)
    out.push_back(r.get());
  return out;
}

result<void> log_engine::impl::load() {
  for (std::uint32_t i = 0; i < shards; ++i)
    if (auto opened = open(static_cast<shard_id>(i)); !opened)
      return opened.error();
  if (auto opened = open(meta_shard); !opened)
    return opened.error();
  return {};
}

// -- what others call --------------------------------------------------------

void log_engine::impl::enqueue(shard_id shard, proposal what) {
  queued_bytes.fetch_add(what.writes.bytes(), std::memory_order_relaxed);
  queued_length.fetch_add(1, std::memory_order_relaxed);
  auto sleeps = false;
  {
    std::lock_guard guard{mutex};
    queue.proposals.emplace_back(shard, std::move(what));
    sleeps = std::exchange(asleep, false);
  }
  if (sleeps)
    wake.notify_one();
}

log_engine::log_engine(std::unique_ptr<impl> i) : impl_(std::move(i)) {}

result<std::unique_ptr<log_engine>> log_engine::open(storage::store& db,
                                                     node_id self,
                                                     std::uint32_t shards,
                                                     const log_options& opts) {
  auto i = std::make_unique<impl>(db, self, shards, opts);
  if (auto loaded = i->load(); !loaded)
    return loaded.error();
  return std::unique_ptr<log_engine>{new log_engine{std::move(i)}};
}

void log_engine::run(log_surroundings& around) {
  impl_->around = &around;
  impl_->thread = std::thread{[inside = impl_.get()] { inside->run(); }};
}

log_engine::~log_engine() {
  stop();
}

void log_engine::stop() {
  {
    std::lock_guard guard{impl_->mutex};
    impl_->stopping = true;
  }
  impl_->wake.notify_one();
  if (impl_->thread.joinable())
    impl_->thread.join();
}

result<void> log_engine::admit(shard_id shard) const {
  const auto& i = *impl_;
  if (auto open = i.store.writable(); !open)
    return open;
  if (i.queued_bytes.load(std::memory_order_relaxed) >= i.opts.queue_bytes_max
      || i.queued_length.load(std::memory_order_relaxed)
           >= i.opts.queue_length_max)
    return storage::storage_busy();
  const auto& v = i.view(shard);
  if (v.pending_bytes.load(std::memory_order_relaxed)
      >= i.opts.pending_bytes_max)
    return storage::storage_busy();
  if (v.term.load(std::memory_order_acquire) == 0)
    return no_owner();
  return {};
}

std::uint64_t log_engine::term(shard_id shard) const {
  return impl_->view(shard).term.load(std::memory_order_acquire);
}

bool log_engine::holds(shard_id shard, std::uint64_t term) const {
  const auto& v = impl_->view(shard);
  auto served = v.term.load(std::memory_order_acquire);
  if (served >> loss_bits != term >> loss_bits || served == 0)
    return false;
  auto until = v.lease_until.load(std::memory_order_acquire);
  return until == raft::never || boot_clock_ms() < until;
}

node_id log_engine::leader(shard_id shard) const {
  return impl_->view(shard).leader.load(std::memory_order_acquire);
}

const storage::store& log_engine::reader() const {
  return impl_->store;
}

void log_engine::append(shard_id shard, std::uint64_t term,
                        storage::write_set writes, const caf::actor& entity,
                        std::uint64_t ticket) {
  impl_->enqueue(shard, {term, std::move(writes), {entity, ticket, {}}});
}

void log_engine::append(shard_id shard, std::uint64_t term,
                        storage::write_set writes, commit_callback then) {
  PARLEY_CHECK(then);
  impl_->enqueue(shard, {term, std::move(writes), {{}, 0, std::move(then)}});
}

void log_engine::receive(std::vector<shard_message>& messages) {
  auto& i = *impl_;
  auto sleeps = false;
  {
    std::lock_guard guard{i.mutex};
    auto& to = i.queue.messages;
    to.insert(to.end(), std::make_move_iterator(messages.begin()),
              std::make_move_iterator(messages.end()));
    sleeps = std::exchange(i.asleep, false);
  }
  messages.clear();
  if (sleeps)
    i.wake.notify_one();
}

void log_engine::post(std::function<void(inside&)> job) {
  auto& i = *impl_;
  {
    std::lock_guard guard{i.mutex};
    i.queue.jobs.push_back(std::move(job));
    i.asleep = false;
  }
  i.wake.notify_one();
}

result<void> create_groups(storage::store& db, std::uint32_t shards,
                           node_id member) {
  replica_position at;
  at.members.voters = {member};
  storage::write_batch batch;
  for (std::uint32_t i = 0; i < shards; ++i)
    disk_log{db, static_cast<shard_id>(i)}.put(batch, at);
  disk_log{db, meta_shard}.put(batch, at);
  return db.write(batch, storage::durability::synced);
}

} // namespace parley::cluster
