#pragma once

#include "cluster/raft/types.hpp"

#include <cstdint>

namespace parley::sim {

/// Microseconds of the one true time, which no node knows.
using true_us = std::int64_t;

/// A node's clock: it starts anywhere and runs a little fast or slow.
class sim_clock {
public:
  sim_clock() = default;

  /// Gains `drift_per_mille` milliseconds a second.
  sim_clock(std::int64_t start_ms, std::int64_t drift_per_mille)
    : start_us_(start_ms * 1000), rate_(1000 + drift_per_mille) {}

  std::int64_t read_us(true_us now) const {
    return start_us_ + now / 1000 * rate_ + now % 1000 * rate_ / 1000;
  }

  cluster::raft::time_ms read(true_us now) const {
    return read_us(now) / 1000;
  }

  /// The first moment at which it reads so much or more.
  true_us when_us(std::int64_t us) const {
    return ((us - start_us_) * 1000 + rate_ - 1) / rate_ + 1;
  }

  true_us when(cluster::raft::time_ms ms) const {
    return when_us(ms * 1000);
  }

private:
  std::int64_t start_us_ = 0;
  std::int64_t rate_ = 1000;
};

} // namespace parley::sim
