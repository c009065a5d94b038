#include "storage/background_gate.hpp"

#include "base/log.hpp"

#include <rocksdb/status.h>

#include <chrono>
#include <sys/resource.h>

namespace parley::storage {

namespace {

/// Of the weight of the threads that serve messages (sched(7)). A flush that
/// ends too late stops all writing, so it has to go on where other programs
/// leave no core idle; compactions may be behind by many tables.
constexpr int nice_of_a_tenth = 10;
constexpr int nice_of_a_hundredth = 19;

void give_way(int nice) {
  if (getpriority(PRIO_PROCESS, 0) < nice
      && setpriority(PRIO_PROCESS, 0, nice) != 0)
    log::warning("background_priority_not_lowered", {});
}

} // namespace

background_gate::background_gate(disk_space& disk, damage_log& damage,
                                 std::uint64_t file_bytes,
                                 std::uint64_t space_min)
  : disk_(disk),
    damage_(damage),
    file_bytes_(file_bytes),
    space_min_(space_min) {}

void background_gate::OnFlushBegin(rocksdb::DB*, const rocksdb::FlushJobInfo&) {
  give_way(nice_of_a_tenth);
}

void background_gate::OnCompactionBegin(rocksdb::DB*,
                                        const rocksdb::CompactionJobInfo&) {
  give_way(nice_of_a_hundredth);
}

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
