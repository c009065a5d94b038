#include "storage/disk_space.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/statvfs.h>
#include <system_error>
#include <utility>

namespace parley::storage {

using namespace std::chrono_literals;

disk_space::disk_space(std::filesystem::path dir, std::uint64_t reserve_bytes)
  : dir_(std::move(dir)),
    reserve_(reserve_bytes),
    free_gauge_(metrics::gauge("parley_storage_free_bytes",
                               "Bytes free where the store is.")),
    full_gauge_(metrics::gauge("parley_storage_full",
                               "1 while the store refuses writes for space.")) {
}

disk_space::reading disk_space::look() {
  std::lock_guard guard{mutex_};
  auto free = free_bytes();
  set_full(free < reserve_ + (full() ? reserve_ / 16 : 0), free);
  return {free, full()};
}

bool disk_space::take(std::uint64_t bytes) {
  std::lock_guard guard{mutex_};
  auto free = free_bytes();
  set_full(free < reserve_ + bytes + (full() ? reserve_ / 16 : 0), free);
  if (full())
    return false;
  free_ -= bytes;
  return true;
}

bool disk_space::take_file(std::uint64_t bytes, std::uint64_t least) {
  std::lock_guard guard{mutex_};
  look_now();
  set_full(free_ < reserve_ + (full() ? reserve_ / 16 : 0), free_);
  if (free_ < least)
    return false;
  free_ -= std::min(free_, bytes);
  return true;
}

std::uint64_t disk_space::free_bytes() {
  if (std::chrono::steady_clock::now() - looked_at_ >= 100ms)
    look_now();
  return free_;
}

void disk_space::look_now() {
  looked_at_ = std::chrono::steady_clock::now();
  struct statvfs found {};
  if (statvfs(dir_.c_str(), &found) == 0) {
    free_ = std::uint64_t{found.f_bavail} * found.f_frsize;
  } else {
    log::error("storage_space_unknown",
               {{"reason", std::generic_category().message(errno)}});
    free_ = 0;
  }
  free_gauge_.Set(static_cast<double>(free_));
}

void disk_space::set_full(bool full, std::uint64_t free) {
  if (full_.exchange(full) == full)
    return;
  full_gauge_.Set(full ? 1 : 0);
  if (full)
    log::error("storage_full", {{"free_bytes", free}, {"reserve", reserve_}});
  else
    log::info("storage_has_space_again", {{"free_bytes", free}});
}

} // namespace parley::storage
