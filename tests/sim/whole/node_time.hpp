#pragma once

#include "tests/sim/sim_clock.hpp"

namespace parley::sim {

/// The clocks of one machine: what its processes read of them.
class node_time {
public:
  node_time(sim_clock clock, std::int64_t wall_offset_us)
    : clock_(clock), wall_offset_us_(wall_offset_us) {}

  const sim_clock& clock() const {
    return clock_;
  }

  /// It is `now` by the one true time.
  void advance(true_us now) {
    if (auto us = clock_.read_us(now); us > boot_us_)
      boot_us_ = us;
  }

  std::int64_t boot_us() const {
    return boot_us_;
  }

  /// A little later with each reading, as on any machine.
  std::int64_t read_boot_us() {
    return ++boot_us_;
  }

  /// Looking at the wall takes no time, or a run that logs were another one.
  std::int64_t wall_us() const {
    return boot_us_ + wall_offset_us_;
  }

private:
  sim_clock clock_;
  std::int64_t wall_offset_us_;
  std::int64_t boot_us_ = 0;
};

/// As long as it lives, this thread's clocks are those of that machine:
/// whatever asks the C library for the time, in whatever library, is told
/// this one. Other threads are not concerned.
class on_machine {
public:
  explicit on_machine(node_time& time);
  ~on_machine();
  on_machine(const on_machine&) = delete;
  on_machine& operator=(const on_machine&) = delete;

private:
  node_time* before_;
};

} // namespace parley::sim
