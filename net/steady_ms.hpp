#pragma once

#include "base/clock.hpp"

#include <cstdint>

namespace parley::net {

/// Milliseconds of the steady clock.
inline std::int64_t steady_ms() {
  using namespace std::chrono;
  auto since = steady_clock::now().time_since_epoch();
  return duration_cast<milliseconds>(since).count();
}

/// Microseconds of the steady clock.
inline std::int64_t steady_us() {
  using namespace std::chrono;
  auto since = steady_clock::now().time_since_epoch();
  return duration_cast<microseconds>(since).count();
}

} // namespace parley::net
