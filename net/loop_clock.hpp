#pragma once

#include <cstdint>

namespace parley::net {

/// Milliseconds of the steady clock without those in which the loop stood
/// still, as when the process or its machine was suspended: what clients said
/// meanwhile is still to be read, so nobody's time is up for it.
class loop_clock {
public:
  explicit loop_clock(std::int64_t steady_ms) : last_(steady_ms) {}

  /// A round begins, and has to within `every_ms` after the one before.
  /// Returns the time in it.
  std::int64_t begin_round(std::int64_t steady_ms, std::int64_t every_ms) {
    auto gap = steady_ms - last_;
    if (gap > every_ms + busy_ms)
      still_ += gap - every_ms;
    last_ = steady_ms;
    return at(steady_ms);
  }

  std::int64_t at(std::int64_t steady_ms) const {
    return steady_ms - still_;
  }

private:
  /// A loop may be late by as much for having a lot to do.
  static constexpr std::int64_t busy_ms = 500;

  std::int64_t last_;
  std::int64_t still_ = 0;
};

} // namespace parley::net
