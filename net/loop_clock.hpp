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
    stood_still_ = gap > every_ms + outlived_ms;
    if (gap > every_ms + busy_ms)
      still_ += gap - every_ms;
    last_ = steady_ms;
    return at(steady_ms);
  }

  /// Whether it stood still before this round for so long that the cluster may
  /// have gone on without this node.
  bool stood_still() const {
    return stood_still_;
  }

  std::int64_t at(std::int64_t steady_ms) const {
    return steady_ms - still_;
  }

private:
  /// A loop may be late by as much for having a lot to do.
  static constexpr std::int64_t busy_ms = 500;
  static constexpr std::int64_t outlived_ms = 2'000;

  std::int64_t last_;
  std::int64_t still_ = 0;
  bool stood_still_ = false;
};

} // namespace parley::net
