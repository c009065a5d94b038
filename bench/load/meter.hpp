#pragma once

#include "bench/load/board.hpp"
#include "bench/load/processes.hpp"
#include "bench/load/result.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace parley::bench {

/// Reads the tallies and the servers while a run goes on.
class meter {
public:
  meter(board& shared, std::vector<int> server_pids)
    : shared_(shared), pids_(std::move(server_pids)) {}

  /// What is measured begins, or ends, now.
  void begin();
  void end(run_result& out);

  /// A moment of the measured time ends, if it is time for one.
  void look(double seconds_each, std::vector<moment>& out);

  std::array<std::uint64_t, counts> total() const;
  std::uint64_t total(count what) const;
  std::uint64_t here() const;

private:
  struct sample {
    std::int64_t at_us = 0;
    std::array<std::uint64_t, counts> of = {};
    std::vector<std::int64_t> server_cpu_us = {};
    std::vector<std::int64_t> worker_cpu_us = {};
    machine_use machine = {};
  };

  sample take() const;

  board& shared_;
  std::vector<int> pids_;
  sample began_;
  sample last_;
  histogram last_acknowledged_;
};

} // namespace parley::bench
