#include "storage/committer.hpp"

#include "base/check.hpp"
#include "storage/commit_metrics.hpp"
#include "storage/refusals.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

namespace parley::storage {

using namespace std::chrono_literals;

namespace {

using work_list = std::vector<std::unique_ptr<submission>>;

/// How often the thread looks at the disk: while it is full, and while nothing
/// is to do, for the gauges' sake.
constexpr auto full_poll = 250ms;
constexpr auto idle_poll = 1s;

constexpr std::size_t shards_max = 65'536;

} // namespace

struct committer::impl {
  impl(store& d, commit_listener& l, const options& o)
    : db(d), listener(l), opts(o), terms(new term_type[shards_max]) {
    for (std::size_t i = 0; i < shards_max; ++i)
      terms[i].store(1, std::memory_order_relaxed);
    thread = std::thread{[this] { run(); }};
  }

  ~impl() {
    {
      std::lock_guard guard{mutex};
      stopping = true;
    }
    wake.notify_one();
    thread.join();
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  void run();
  bool fetch(work_list& to);
  void process(work_list& work);
  bool is_current(const submission& x) const;
  std::size_t end_of_batch(const work_list& work, std::size_t begin) const;
  result<void> commit(std::span<const std::unique_ptr<submission>> batch);
  void complete(work_list batch, const result<void>& outcome);

  using term_type = std::atomic<std::uint64_t>;

  store& db;
  commit_listener& listener;
  const options opts;
  commit_metrics seen;
  const std::unique_ptr<term_type[]> terms;

  /// What is queued and what is being written.
  std::atomic<std::size_t> held_bytes = 0;
  std::atomic<std::size_t> held_length = 0;

  std::mutex mutex;
  std::condition_variable wake;
  work_list queue;
  bool asleep = false;
  bool stopping = false;

  /// The thread's own, kept for its memory.
  std::vector<const write_set*> sets;

  std::thread thread;
};

void committer::impl::run() {
  work_list work;
  while (fetch(work)) {
    process(work);
    work.clear();
  }
}

/// Takes all that is queued, and waits if that is nothing. False: stop.
bool committer::impl::fetch(work_list& to) {
  std::unique_lock guard{mutex};
  while (queue.empty() && !stopping) {
    guard.unlock();
    auto pause = db.look_at_space().full ? full_poll : idle_poll;
    guard.lock();
    asleep = true;
    wake.wait_for(guard, pause, [&] { return !queue.empty() || stopping; });
    asleep = false;
  }
  to.swap(queue);
  return !to.empty();
}

void committer::impl::process(work_list& work) {
  for (std::size_t begin = 0; begin < work.size();) {
    auto end = end_of_batch(work, begin);
    auto from = work.begin() + static_cast<std::ptrdiff_t>(begin);
    auto to = work.begin() + static_cast<std::ptrdiff_t>(end);
    auto outcome = is_current(**from) ? commit({from, to})
                                      : result<void>{storage_restarted()};
    complete({std::move_iterator{from}, std::move_iterator{to}}, outcome);
    begin = end;
  }
}

bool committer::impl::is_current(const submission& x) const {
  return x.term == terms[x.shard].load(std::memory_order_relaxed);
}

/// A batch is what may be written together: it ends where it would become too
/// large, and where current and outdated submissions meet; for each shard is to
/// hear about its submissions in their order.
std::size_t committer::impl::end_of_batch(const work_list& work,
                                          std::size_t begin) const {
  auto current = is_current(*work[begin]);
  auto bytes = work[begin]->writes.bytes();
  auto end = begin + 1;
  for (; end < work.size(); ++end) {
    bytes += work[end]->writes.bytes();
    if (bytes > opts.batch_bytes_max || is_current(*work[end]) != current)
      break;
  }
  return end;
}

result<void>
committer::impl::commit(std::span<const std::unique_ptr<submission>> batch) {
  sets.clear();
  for (const auto& x : batch)
    sets.push_back(&x->writes);
  auto begin = steady_clock::now();
  auto outcome = db.write(sets);
  seen.observe(sets.size(), steady_clock::now() - begin, outcome);
  if (!outcome)
    for (const auto& x : batch)
      // All of the batch had this term: a shard's second submission changes
      // nothing.
      terms[x->shard].store(x->term + 1, std::memory_order_release);
  return outcome;
}

void committer::impl::complete(work_list batch, const result<void>& outcome) {
  std::size_t bytes = 0;
  for (const auto& x : batch)
    bytes += x->writes.bytes();
  held_bytes.fetch_sub(bytes, std::memory_order_relaxed);
  held_length.fetch_sub(batch.size(), std::memory_order_relaxed);
  listener.completed(std::move(batch), outcome);
}

committer::committer(store& db, commit_listener& listener, const options& opts)
  : impl_(std::make_unique<impl>(db, listener, opts)) {}

committer::~committer() = default;

result<void> committer::admit() const {
  if (auto open = impl_->db.writable(); !open)
    return open;
  if (impl_->held_bytes.load(std::memory_order_relaxed)
        >= impl_->opts.queue_bytes_max
      || impl_->held_length.load(std::memory_order_relaxed)
           >= impl_->opts.queue_length_max)
    return storage_busy();
  return {};
}

void committer::submit(std::unique_ptr<submission> work) {
  PARLEY_CHECK(work);
  auto& i = *impl_;
  i.held_bytes.fetch_add(work->writes.bytes(), std::memory_order_relaxed);
  i.held_length.fetch_add(1, std::memory_order_relaxed);
  auto sleeps = false;
  {
    std::lock_guard guard{i.mutex};
    i.queue.push_back(std::move(work));
    sleeps = std::exchange(i.asleep, false);
  }
  if (sleeps)
    i.wake.notify_one();
}

std::uint64_t committer::term(shard_id shard) const {
  return impl_->terms[shard].load(std::memory_order_acquire);
}

} // namespace parley::storage
