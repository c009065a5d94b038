#pragma once

#include "bench/load/board.hpp"
#include "bench/load/endpoint.hpp"
#include "bench/load/options.hpp"
#include "bench/load/people.hpp"
#include "bench/load/workload.hpp"

#include <span>
#include <vector>

namespace parley::bench {

/// What one process that makes load is given.
struct worker_task {
  const options& opts;
  const std::vector<target_node>& nodes;
  board& shared;
  unsigned number = 0;
  std::span<const circle> circles = {};
  std::span<const person> everybody = {};
};

/// Makes the load of `task` until the board says that the run is over. What
/// goes wrong is told through the tally. To be called in a process of its own.
void run_worker(const worker_task& task);

} // namespace parley::bench
