#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/thread_name.hpp"
#include "cluster/log/log_engine_impl.hpp"

namespace parley::cluster {

namespace {

// It is there from the start, so that the first event is an increase.
auto& malformed_entries
  = metrics::counter("parley_cluster_malformed_entries_total",
                     "Log entries from other nodes that make no sense.");

/// How often the thread looks after things that nobody asks for.
constexpr raft::time_ms chores_ms = 1000;
constexpr raft::time_ms chores_while_full_ms = 250;

/// How soon a leader without space tries again to find one with more; where
/// all are full, leadership should not go round and round.
constexpr raft::time_ms step_aside_again_ms = 5000;

error stopping_now() {
  return {errc::unavailable, "the node stops", {}, 500};
}

/// Under which nothing but a leader's word makes a replica known to itself.
bool from_leader(const raft::message& m) {
  return std::holds_alternative<raft::append>(m.body)
         || std::holds_alternative<raft::heartbeat>(m.body);
}

} // namespace

void log_engine::impl::run() {
  name_thread("parley:log");
  inputs work;
  while (fetch(work))
    work_off(work);
  end();
}

void log_engine::impl::end() {
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

log_engine::impl::inputs log_engine::impl::take() {
  std::lock_guard guard{mutex};
  return std::exchange(queue, {});
}

raft::time_ms log_engine::impl::due() const {
  return failed ? next_chores : std::min(next_chores, next_tick);
}

/// Jobs and chores may have touched any of them.
void log_engine::impl::mark_all() {
  dirty.clear();
  for (auto& [shard, r] : replicas)
    dirty.push_back(r.get());
}

void log_engine::impl::work_off(inputs& work) {
  for (auto& job : work.jobs)
    job(*this);
  if (!work.jobs.empty())
    mark_all();
  handle(work, boot_clock_ms());
  work.clear();
}

void log_engine::impl::handle(inputs& work, raft::time_ms now) {
  // Nobody takes what the cores of a failed node would have to say.
  if (!failed)
    for (auto& m : work.messages)
      step(m, now);
  propose(work.proposals, now);
  if (!failed) {
    tick(now);
    flush();
  } else {
    dirty.clear();
  }
  if (now >= next_chores)
    do_chores(now);
}

/// What can't be applied must not be committed: nobody acknowledges it.
bool log_engine::impl::makes_sense(const shard_message& m) const {
  const auto* appended = std::get_if<raft::append>(&m.what.body);
  if (!appended || appended->entries.empty())
    return true;
  auto range = storage::log_keys{m.shard}.state();
  for (const auto& e : appended->entries) {
    if (e.kind != raft::entry_kind::normal
        || storage::well_formed(*e.data, range))
      continue;
    malformed_entries.Increment();
    log::error(
      "malformed_entry_refused",
      {{"shard", m.shard}, {"from", m.what.from}, {"index", e.at.index}});
    return false;
  }
  return true;
}

void log_engine::impl::step(shard_message& m, raft::time_ms now) {
  if (broken_shards.contains(m.shard) || !makes_sense(m))
    return;
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
  if (raft::carries_entries(m.what) && !store.writable())
    return;
  r->core().step(std::move(m.what), now);
  dirty.push_back(r);
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
      fail(p.who, not_shard_owner());
    return;
  }
  pace.written(bytes);
  if (auto room = store.take(bytes); room)
    r->propose(std::move(some), now);
  else
    r->refuse(std::move(some), room.error());
  dirty.push_back(r);
}

void log_engine::impl::tick(raft::time_ms now) {
  if (now < next_tick)
    return;
  next_tick = raft::never;
  for (auto& [shard, r] : replicas) {
    if (r->core().next_deadline() <= now) {
      r->core().tick(now);
      dirty.push_back(r.get());
    }
    next_tick = std::min(next_tick, r->core().next_deadline());
  }
}

/// Until no core has anything more to do.
void log_engine::impl::flush() {
  while (!failed && !dirty.empty()) {
    touched.clear();
    std::vector<replica*> later;
    for (auto* r : dirty) {
      if (outputs.full()) {
        later.push_back(r);
        continue;
      }
      if (r->collect(outputs))
        touched.push_back(r);
      next_tick = std::min(next_tick, r->core().next_deadline());
    }
    // Being written gives them more to do.
    dirty = touched;
    dirty.insert(dirty.end(), later.begin(), later.end());
    if (touched.empty())
      return;
    send(outputs.now);
    if (!write())
      return;
    auto meta_changed = false;
    for (auto* r : touched) {
      auto applied_some = r->written(entities);
      meta_changed = meta_changed || (applied_some && r->shard() == meta_shard);
      if (auto mark = r->take_mark())
        around->marked(r->shard(), r->position().applied, *mark,
                       r->state_lost() ? std::nullopt
                                       : std::optional{store.look()});
    }
    send(outputs.after);
    entities.run(opts.stepped);
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
  if (outputs.writes.empty()) {
    outputs.must_sync = false;
    return true;
  }
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
    r->compact(outputs.writes, opts.log_bytes_min, opts.log_bytes_max);
    if (full)
      step_aside(*r, now);
  }
  mark_all();
  if (write())
    flush();
}

/// A leader that can't write makes room for one that can.
void log_engine::impl::step_aside(replica& r, raft::time_ms now) {
  auto& next = aside_again[r.shard()];
  if (r.core().current().role != raft::role::leader || now < next)
    return;
  next = now + step_aside_again_ms;
  auto heir = r.core().heir(now);
  if (heir == 0)
    return;
  if (auto handed = r.core().transfer_to(heir, now); !handed)
    log::warning("leadership_not_handed_over",
                 {{"shard", r.shard()}, {"why", handed.error().detail}});
}

} // namespace parley::cluster
