#pragma once

#include <cstdint>
#include <ctime>

namespace parley::bench {

/// Microseconds of a clock that does not go back, the same for all processes
/// of the machine.
inline std::int64_t now_us() {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  return std::int64_t{at.tv_sec} * 1'000'000 + at.tv_nsec / 1000;
}

/// CPU time of this process.
inline std::int64_t own_cpu_us() {
  timespec at{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return std::int64_t{at.tv_sec} * 1'000'000 + at.tv_nsec / 1000;
}

} // namespace parley::bench
