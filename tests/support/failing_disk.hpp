#pragma once

#include <atomic>
#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

namespace parley::test {

/// While it is set, every `fdatasync` of the process fails.
inline std::atomic<bool> disk_fails = false;

} // namespace parley::test

/// RocksDB's calls come here before they come to the C library. So this header
/// belongs into one source of a test program.
extern "C" int fdatasync(int fd) {
  if (parley::test::disk_fails) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}
