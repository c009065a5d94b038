#pragma once

#include "tests/sim/sim_cluster.hpp"

#include <cstdint>
#include <string>

namespace parley::sim {

struct report {
  /// Empty if all was well.
  std::string failure;
  std::uint64_t steps = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t terms = 0;
};

/// What a run does to its nodes: one in so many actions each; 0 is never.
struct plan {
  std::int64_t crash = 0;
  std::int64_t cut = 0;
  std::int64_t freeze = 0;
  std::int64_t transfer = 0;
  std::int64_t change = 0;
  std::int64_t compact = 0;
  std::int64_t snapshot = 0;
  std::int64_t flaky = 0;
  /// How soon a crashed node comes back.
  std::int64_t back_up = 6;
  true_us pause_max_us = 100'000;
  std::int64_t writes_max = 3;
};

/// One run: clients write and read, things break as the seed says, and in the
/// end everything is mended and must work again.
class driver {
public:
  driver(std::uint64_t seed, raft::planted bug, bool trace);

  report run();

private:
  void clients();
  void trouble();
  void crash_some();
  void cut_some();
  void change_some();
  void late_snapshot();
  void weather_turns();
  void mend();
  void tell() const;
  bool settle();
  bool level();
  node_id serving();
  node_id leading();
  node_id anyone();

  world world_;
  plan plan_;
  std::size_t nodes_;
  sim_cluster all_;
  std::uint64_t last_value_ = 0;
};

} // namespace parley::sim
