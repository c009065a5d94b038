#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>

namespace prometheus {
class Gauge;
}

namespace parley::storage {

/// Watches how much a file system has free and whether that is below a reserve.
/// It is full when less than the reserve is free, and no longer full when a
/// sixteenth of the reserve more is: so it does not flicker. Safe to call from
/// many threads.
class disk_space {
public:
  disk_space(std::filesystem::path dir, std::uint64_t reserve_bytes);

  struct reading {
    std::uint64_t free_bytes = 0;
    bool full = false;
  };

  /// As of at most 100 ms ago, less what was written since.
  reading look();

  /// Whether `bytes` may be written; they count as written if so.
  bool take(std::uint64_t bytes);

  /// Whether a file of up to `bytes` may be begun, by a look at the disk as it
  /// is now and whatever the reserve: `least` must be free. Its bytes count as
  /// written if so, before they are.
  bool take_file(std::uint64_t bytes, std::uint64_t least);

  /// What the last `look` or `take` found; never waits.
  bool full() const {
    return full_.load(std::memory_order_relaxed);
  }

private:
  std::uint64_t free_bytes();
  void look_now();
  void set_full(bool full, std::uint64_t free);

  const std::filesystem::path dir_;
  const std::uint64_t reserve_;
  prometheus::Gauge& free_gauge_;
  prometheus::Gauge& full_gauge_;

  std::atomic<bool> full_ = false;
  std::mutex mutex_;
  /// What the file system said at `looked_at_`, less what was written since.
  std::uint64_t free_ = 0;
  std::chrono::steady_clock::time_point looked_at_ = {};
};

} // namespace parley::storage
