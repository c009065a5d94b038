#include "cluster/member/scrubber.hpp"

#include "base/limits.hpp"
#include "base/thread_name.hpp"
#include "storage/records.hpp"

#include <chrono>
#include <utility>

namespace parley::cluster {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t jobs_max = 256;
constexpr std::uint64_t portion_bytes = std::uint64_t{1} << 20;
/// By how much clocks may differ, and how long reading may take.
constexpr std::int64_t margin_ms = 3'600'000;

/// Whether compaction may have dropped the row here and not elsewhere.
bool may_expire(std::string_view key, std::string_view record,
                std::int64_t now_ms) {
  if (!storage::dedup_name_of(key))
    return false;
  auto row = storage::decode<storage::dedup_record>(record);
  return row && row->ts < now_ms - limits::dedup_retention_ms + margin_ms;
}

} // namespace

scrubber::scrubber(const scrub_options& opts)
  : opts_(opts), thread_([this] { run(); }) {}

scrubber::~scrubber() {
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool scrubber::add(job what) {
  {
    std::lock_guard guard{mutex_};
    if (jobs_.size() >= jobs_max)
      return false;
    jobs_.push_back(std::move(what));
  }
  wake_.notify_one();
  return true;
}

void scrubber::run() {
  name_thread("parley:scrub");
  std::unique_lock guard{mutex_};
  for (;;) {
    wake_.wait(guard, [&] { return stopping_ || !jobs_.empty(); });
    if (stopping_)
      return;
    auto next = std::move(jobs_.front());
    jobs_.pop_front();
    guard.unlock();
    read(next);
    guard.lock();
  }
}

void scrubber::read(const job& what) {
  shard_digest out;
  out.at = what.at;
  range_hasher ranges;
  auto begin = steady_clock::now();
  std::uint64_t next_pause = portion_bytes;
  auto going = true;
  auto seen = what.rows.scan(
    storage::log_keys{what.shard}.state(), [&](auto key, auto record) {
      out.bytes += key.size() + record.size();
      if (!may_expire(key, record, what.time_ms)) {
        ++out.rows;
        ranges.add(key, record);
      }
      if (out.bytes >= next_pause) {
        next_pause += portion_bytes;
        auto due = std::chrono::microseconds{out.bytes * 1'000'000
                                             / opts_.bytes_per_second};
        going = pause_until(begin + due);
      }
      return going;
    });
  if (!going)
    return;
  out.what
    = seen ? shard_digest::outcome::whole : shard_digest::outcome::damaged;
  if (seen)
    out.ranges = ranges.take();
  what.then(std::move(out));
}

bool scrubber::pause_until(steady_clock::time_point when) {
  std::unique_lock guard{mutex_};
  wake_.wait_until(guard, when, [&] { return stopping_; });
  return !stopping_;
}

} // namespace parley::cluster
