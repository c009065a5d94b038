#include "cluster/log/log_engine.hpp"

#include "base/check.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "cluster/log/log_engine_impl.hpp"
#include "storage/refusals.hpp"

namespace parley::cluster {

namespace {

// Counters are there from the start, so that the first event is an increase.
auto& messages_dropped = metrics::counter(
  "parley_cluster_messages_dropped_total",
  "Messages between replicas that came while too many were waiting.");

void count_dropped(std::size_t messages) {
  messages_dropped.Increment(static_cast<double>(messages));
}

} // namespace

// -- replicas ----------------------------------------------------------------

replica* log_engine::impl::find(shard_id shard) {
  auto found = replicas.find(shard);
  return found == replicas.end() ? nullptr : found->second.get();
}

result<replica*> log_engine::impl::open(shard_id shard) {
  auto found
    = replica::open(store, shard, self, opts.raft, seeds(), pace, view(shard));
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
  if (found == replicas.end() && broken_shards.erase(shard) == 0)
    return {};
  if (found != replicas.end()) {
    found->second->resign(not_shard_owner());
    replicas.erase(found);
  }
  storage::write_batch batch;
  batch.erase(storage::shard_range(shard));
  return store.write(batch, storage::durability::synced);
}

result<void> log_engine::impl::reopen(shard_id shard) {
  if (auto* r = find(shard)) {
    r->resign(shard_moved());
    replicas.erase(shard);
  }
  auto opened = open(shard);
  if (!opened && opened.error().code == errc::corrupt)
    return note_broken(shard);
  return opened ? result<void>{} : opened.error();
}

result<void> log_engine::impl::lose_state(replica& r, std::string_view why) {
  storage::write_batch batch;
  r.lose_state(batch, why);
  return batch.empty() ? result<void>{}
                       : store.write(batch, storage::durability::synced);
}

result<void> log_engine::impl::note_broken(shard_id shard) {
  log::error("shard_log_damaged", {{"shard", shard}});
  broken_shards.insert(shard);
  storage::write_batch batch;
  disk_log{store, shard}.put(batch, damage::promises);
  return store.write(batch, storage::durability::synced);
}

std::vector<replica*> log_engine::impl::all() {
  std::vector<replica*> out;
  for (auto& [shard, r] : replicas)
    out.push_back(r.get());
  return out;
}

result<void> log_engine::impl::load() {
  for (std::uint32_t i = 0; i < shards; ++i) {
    auto shard = static_cast<shard_id>(i);
    auto opened = open(shard);
    if (opened)
      continue;
    if (opened.error().code != errc::corrupt)
      return opened.error();
    if (auto noted = note_broken(shard); !noted)
      return noted;
  }
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
  impl_->mark_all();
  if (impl_->opts.stepped)
    return;
  impl_->thread = std::thread{[inside = impl_.get()] { inside->run(); }};
}

void log_engine::step() {
  auto work = impl_->take();
  impl_->work_off(work);
}

raft::time_ms log_engine::due() const {
  {
    std::lock_guard guard{impl_->mutex};
    if (!impl_->queue.empty())
      return 0;
  }
  return impl_->due();
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
  if (impl_->thread.joinable()) {
    impl_->thread.join();
  } else if (impl_->around && impl_->opts.stepped) {
    step();
    impl_->end();
  }
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
    return not_shard_owner();
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
  std::size_t dropped = 0;
  {
    std::lock_guard guard{i.mutex};
    for (auto& m : messages) {
      auto bytes = raft::bytes_of(m.what);
      if (i.queue.message_bytes + bytes > i.opts.received_bytes_max) {
        ++dropped;
        continue;
      }
      i.queue.message_bytes += bytes;
      i.queue.messages.push_back(std::move(m));
    }
    sleeps = std::exchange(i.asleep, false);
  }
  messages.clear();
  if (dropped > 0)
    count_dropped(dropped);
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
