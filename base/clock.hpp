#pragma once

#include "base/ids.hpp"

#include <atomic>
#include <chrono>

namespace parley {

/// Time for durations and deadlines.
using steady_clock = std::chrono::steady_clock;

/// Where rules take the time from, so that tests can set it. Safe to call from
/// many threads.
class clock {
public:
  virtual ~clock() = default;

  /// Milliseconds since the Unix epoch; may jump when the system clock is set.
  virtual timestamp_ms now_ms() const = 0;
};

/// The machine's clock.
const clock& system_clock();

/// A clock that stands where it was put.
class manual_clock final : public clock {
public:
  explicit manual_clock(timestamp_ms start) : now_(start) {}

  timestamp_ms now_ms() const override {
    return now_;
  }

  void advance(std::chrono::milliseconds by) {
    now_ += by.count();
  }

private:
  std::atomic<timestamp_ms> now_;
};

} // namespace parley
