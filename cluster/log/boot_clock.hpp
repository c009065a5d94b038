#pragma once

#include "cluster/raft/types.hpp"

#include <ctime>

namespace parley::cluster {

/// Milliseconds that go on while the machine sleeps.
inline raft::time_ms boot_clock_ms() {
  timespec at{};
  ::clock_gettime(CLOCK_BOOTTIME, &at);
  return at.tv_sec * 1000 + at.tv_nsec / 1'000'000;
}

} // namespace parley::cluster
