#pragma once

#include "tests/support/temp_dir.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/mount.h>
#include <sys/statvfs.h>

namespace parley::test {

/// A file system of a given size, in memory, where the test may mount one.
class small_disk {
public:
  explicit small_disk(std::uint64_t bytes) {
    auto how = "size=" + std::to_string(bytes);
    mounted_
      = ::mount("tmpfs", dir_.path().c_str(), "tmpfs", 0, how.c_str()) == 0;
  }

  ~small_disk() {
    if (mounted_)
      ::umount2(dir_.path().c_str(), MNT_DETACH);
  }

  /// False: this machine does not let the test mount.
  bool mounted() const {
    return mounted_;
  }

  const std::filesystem::path& path() const {
    return dir_.path();
  }

  std::uint64_t free_bytes() const {
    struct statvfs found {};
    ::statvfs(path().c_str(), &found);
    return std::uint64_t{found.f_bavail} * found.f_frsize;
  }

  /// Fills the disk with a file until only `bytes` are free.
  void leave_free(std::uint64_t bytes) {
    std::ofstream file{ballast(), std::ios::app | std::ios::binary};
    std::string block(64 * 1024, 'x');
    while (file && free_bytes() >= bytes + block.size())
      file.write(block.data(), static_cast<std::streamsize>(block.size()))
        .flush();
  }

  void remove_ballast() {
    std::filesystem::remove(ballast());
  }

private:
  std::filesystem::path ballast() const {
    return path() / "ballast";
  }

  temp_dir dir_;
  bool mounted_ = false;
};

} // namespace parley::test
