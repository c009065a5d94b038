#pragma once

#include "storage/damage_log.hpp"
#include "storage/disk_space.hpp"

#include <rocksdb/listener.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace parley::storage {

/// Holds RocksDB's flushes and compactions before each new table file while the
/// disk has too little space for it, and notes when RocksDB has failed. (Its
/// own PauseBackgroundWork would make the caller wait for what already runs,
/// and let that run into the full disk.)
class background_gate final : public rocksdb::EventListener {
public:
  /// Table files, of up to `file_bytes` each, wait while less than `space_min`
  /// is free.
  background_gate(disk_space& disk, damage_log& damage,
                  std::uint64_t file_bytes, std::uint64_t space_min);

  void OnTableFileCreationStarted(
    const rocksdb::TableFileCreationBriefInfo& file) override;

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                         rocksdb::Status* status) override;

  /// Lets everything pass from now on. Call when RocksDB has been told to stop.
  void open_for_good();

  /// Something was not written that cannot be repeated: nothing more may be.
  void fail(const rocksdb::Status& status);

  bool failed() const {
    return failed_.load(std::memory_order_relaxed);
  }

private:
  disk_space& disk_;
  damage_log& damage_;
  const std::uint64_t file_bytes_;
  const std::uint64_t space_min_;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

} // namespace parley::storage
