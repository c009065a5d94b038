#include "storage/background_gate.hpp"

#include "base/log.hpp"

#include <rocksdb/status.h>

#include <chrono>

namespace parley::storage {

background_gate::background_gate(disk_space& disk, damage_log& damage,
                                 std::uint64_t file_bytes,
                                 std::uint64_t space_min)
  : disk_(disk),
    damage_(damage),
    file_bytes_(file_bytes),
    space_min_(space_min) {}

void background_gate::OnTableFileCreationStarted(
  const rocksdb::TableFileCreationBriefInfo& file) {
  using rocksdb::TableFileCreationReason;
  // Recovery writes before the store is open, within what opening has checked.
  if (file.reason != TableFileCreationReason::kFlush
      && file.reason != TableFileCreationReason::kCompaction)
    return;
  std::unique_lock guard{mutex_};
  while (!open_ && !disk_.take_file(file_bytes_, space_min_))
    changed_.wait_for(guard, std::chrono::milliseconds{250});
}

void background_gate::OnBackgroundError(rocksdb::BackgroundErrorReason,
                                        rocksdb::Status* status) {
  if (status->IsCorruption())
    damage_.add_file();
  fail(*status);
}

void background_gate::open_for_good() {
  {
    std::lock_guard guard{mutex_};
    open_ = true;
  }
  changed_.notify_all();
}

void background_gate::fail(const rocksdb::Status& status) {
  if (!failed_.exchange(true))
    log::error("storage_failed", {{"reason", status.ToString()}});
}

} // namespace parley::storage
