#pragma once

#include <rocksdb/rate_limiter.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

namespace rocksdb {
class DB;
}

namespace parley::storage {

/// The share of a core that a compaction may take: the more of them wait, the
/// more, for they must not be what writing waits for.
double compaction_share(std::uint64_t level0_files, std::uint64_t pending_bytes,
                        std::uint64_t memtable_bytes);

/// The same for a flush, which has to end before the next memtable is full.
double flush_share(std::uint64_t filled_bytes, std::uint64_t memtable_bytes);

/// Has flushes and compactions rest after each piece of a table that they
/// write, so that they take a share of a core and never all of it for long:
/// what serves messages waits for a piece at most. RocksDB asks it for leave as
/// it asks a limit of bytes. (Threads of a low priority would keep all others
/// waiting when they lose the CPU while they hold a lock.)
class background_pace final : public rocksdb::RateLimiter {
public:
  /// What RocksDB is to write at a time.
  static constexpr std::size_t piece_bytes = std::size_t{64} * 1024;

  using pause = std::function<void(std::chrono::nanoseconds)>;

  /// Of a store that has memtables of so many bytes.
  explicit background_pace(std::uint64_t memtable_bytes);
  background_pace(std::uint64_t memtable_bytes, pause rest);

  /// From now on what waits in `db` says who may take how much. With null
  /// nobody rests any more.
  void watch(rocksdb::DB* db) {
    db_.store(db, std::memory_order_release);
  }

  void Request(std::int64_t bytes, rocksdb::Env::IOPriority who,
               rocksdb::Statistics* counted) override;

  std::int64_t
  GetTotalBytesThrough(rocksdb::Env::IOPriority who) const override;
  std::int64_t GetTotalRequests(rocksdb::Env::IOPriority who) const override;

  /// Bytes are not what is limited.
  void SetBytesPerSecond(std::int64_t) override {}
  std::int64_t GetBytesPerSecond() const override {
    return 0;
  }
  std::int64_t GetSingleBurstBytes() const override;

private:
  double share_of(rocksdb::Env::IOPriority who) const;

  struct count {
    std::atomic<std::int64_t> requests = 0;
    std::atomic<std::int64_t> bytes = 0;
  };

  const std::uint64_t memtable_bytes_;
  const pause rest_;
  std::atomic<rocksdb::DB*> db_ = nullptr;
  std::array<count, rocksdb::Env::IO_TOTAL + 1> counts_;
};

} // namespace parley::storage
