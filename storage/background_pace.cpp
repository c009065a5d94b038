#include "storage/background_pace.hpp"

#include <rocksdb/db.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <limits>
#include <string>
#include <thread>
#include <utility>

namespace parley::storage {

namespace {

using std::chrono::nanoseconds;

/// Measured with two cores, 20,000 messages a second: the slowest of a hundred
/// took 4.3 ms, and 6.7 where threads of a low priority took what was left.
constexpr double least_share = 0.25;

/// RocksDB slows writing down at 20.
constexpr double level0_files_max = 12;

/// Of these, so many in all levels.
constexpr double pending_memtables_max = 64;

/// A piece that took longer met something else.
constexpr nanoseconds longest_piece = std::chrono::milliseconds{20};

nanoseconds cpu_of_this_thread() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds{used.tv_sec} + nanoseconds{used.tv_nsec};
}

/// Since this thread asked last.
nanoseconds take_cpu() {
  thread_local auto before = nanoseconds{0};
  auto now = cpu_of_this_thread();
  return now - std::exchange(before, now);
}

std::uint64_t number_of(rocksdb::DB& db, const std::string& property) {
  std::uint64_t out = 0;
  db.GetIntProperty(property, &out);
  return out;
}

std::uint64_t level0_files_of(rocksdb::DB& db) {
  std::string text;
  db.GetProperty(rocksdb::DB::Properties::kNumFilesAtLevelPrefix + "0", &text);
  std::uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

} // namespace

double compaction_share(std::uint64_t level0_files, std::uint64_t pending_bytes,
                        std::uint64_t memtable_bytes) {
  auto shallow = static_cast<double>(level0_files) / level0_files_max;
  auto deep = static_cast<double>(pending_bytes)
              / (static_cast<double>(memtable_bytes) * pending_memtables_max);
  return std::clamp(std::max(shallow, deep), least_share, 1.0);
}

double flush_share(std::uint64_t filled_bytes, std::uint64_t memtable_bytes) {
  return filled_bytes * 2 > memtable_bytes ? 1.0 : least_share;
}

background_pace::background_pace(std::uint64_t memtable_bytes)
  : background_pace(memtable_bytes, [](nanoseconds time) {
      std::this_thread::sleep_for(time);
    }) {}

background_pace::background_pace(std::uint64_t memtable_bytes, pause rest)
  : RateLimiter(Mode::kWritesOnly),
    memtable_bytes_(memtable_bytes),
    rest_(std::move(rest)) {}

double background_pace::share_of(rocksdb::Env::IOPriority who) const {
  auto* db = db_.load(std::memory_order_acquire);
  using properties = rocksdb::DB::Properties;
  if (db != nullptr && who == rocksdb::Env::IO_HIGH)
    return flush_share(number_of(*db, properties::kCurSizeActiveMemTable),
                       memtable_bytes_);
  if (db != nullptr && who == rocksdb::Env::IO_LOW)
    return compaction_share(
      level0_files_of(*db),
      number_of(*db, properties::kEstimatePendingCompactionBytes),
      memtable_bytes_);
  // With another priority it says that writing is being slowed down already.
  return 1;
}

void background_pace::Request(std::int64_t bytes, rocksdb::Env::IOPriority who,
                              rocksdb::Statistics*) {
  for (auto of : {who, rocksdb::Env::IO_TOTAL}) {
    counts_[of].requests.fetch_add(1, std::memory_order_relaxed);
    counts_[of].bytes.fetch_add(bytes, std::memory_order_relaxed);
  }
  auto worked = std::min(take_cpu(), longest_piece);
  if (auto share = share_of(who); share < 1)
    rest_(std::chrono::duration_cast<nanoseconds>(worked * (1 / share - 1)));
}

std::int64_t
background_pace::GetTotalBytesThrough(rocksdb::Env::IOPriority who) const {
  return counts_[who].bytes.load(std::memory_order_relaxed);
}

std::int64_t
background_pace::GetTotalRequests(rocksdb::Env::IOPriority who) const {
  return counts_[who].requests.load(std::memory_order_relaxed);
}

std::int64_t background_pace::GetSingleBurstBytes() const {
  return std::numeric_limits<std::int64_t>::max();
}

} // namespace parley::storage
