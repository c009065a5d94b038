#include "tests/sim/whole/node_time.hpp"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <utility>

namespace parley::sim {

namespace {

thread_local node_time* here = nullptr;

bool is_wall(clockid_t which) {
  return which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE;
}

bool is_boot(clockid_t which) {
  return which == CLOCK_MONOTONIC || which == CLOCK_BOOTTIME
         || which == CLOCK_MONOTONIC_RAW || which == CLOCK_MONOTONIC_COARSE;
}

} // namespace

on_machine::on_machine(node_time& time) : before_(std::exchange(here, &time)) {}

on_machine::~on_machine() {
  here = before_;
}

} // namespace parley::sim

/// The calls of all libraries come here before they come to the C library.
extern "C" int clock_gettime(clockid_t which, timespec* at) noexcept {
  using parley::sim::here;
  if (here == nullptr
      || (!parley::sim::is_wall(which) && !parley::sim::is_boot(which)))
    return static_cast<int>(::syscall(SYS_clock_gettime, which, at));
  auto us
    = parley::sim::is_wall(which) ? here->wall_us() : here->read_boot_us();
  at->tv_sec = us / 1'000'000;
  at->tv_nsec = us % 1'000'000 * 1000;
  return 0;
}
