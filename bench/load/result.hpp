#pragma once

#include "base/error.hpp"
#include "bench/load/board.hpp"
#include "bench/load/options.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace parley::bench {

/// Some moment of a run: what happened since the one before.
struct moment {
  /// Since measuring began.
  double seconds = 0;
  double acknowledged_per_s = 0;
  double delivered_per_s = 0;
  std::uint64_t p50_us = 0;
  std::uint64_t p99_us = 0;
  std::uint64_t max_us = 0;
  /// Of all servers, in cores.
  double server_cores = 0;
  std::uint64_t sessions = 0;
};

struct server_use {
  int pid = 0;
  std::string name = {};
  std::int64_t cpu_us = 0;
  std::int64_t resident_bytes = 0;
};

/// One number of a run that can be compared with that of another.
struct metric {
  std::string name = {};
  double value = 0;
  std::string unit = {};
  bool more_is_better = false;
};

/// What a run has shown.
struct run_result {
  std::string name = {};
  options opts = {};
  /// When and on what.
  std::string at = {};
  std::string host = {};
  double seconds = 0;
  /// Of the whole run, and of the time that was measured.
  std::array<std::uint64_t, counts> total = {};
  std::array<std::uint64_t, counts> measured = {};
  histogram acknowledged;
  histogram delivered;
  histogram back;
  histogram calls;
  std::vector<server_use> servers = {};
  std::int64_t server_cpu_us = 0;
  std::int64_t own_cpu_us = 0;
  /// The share of one core that the busiest worker took.
  double busiest_worker = 0;
  /// Until all sessions were there, and after a storm or a kill there again.
  double set_up_seconds = 0;
  double back_seconds = 0;
  /// What each session costs the servers, in `idle`.
  double process_bytes_a_session = 0;
  double kernel_bytes_a_session = 0;
  std::vector<moment> moments = {};
  /// What makes figures doubtful, or wrong.
  std::vector<std::string> warnings = {};

  std::uint64_t total_of(count what) const {
    return total[static_cast<std::size_t>(what)];
  }
  std::uint64_t measured_of(count what) const {
    return measured[static_cast<std::size_t>(what)];
  }
};

/// The numbers of `what`, those that its workload has.
std::vector<metric> metrics_of(const run_result& what);

/// Whether nothing was lost, duplicated, reordered or left undone.
bool is_correct(const run_result& what);

/// All of it as JSON: `{"runs": [{"name", "options", "metrics", …}]}`.
std::string to_json(const std::vector<run_result>& runs);

/// The metrics in what `to_json` wrote, by the name of their run.
struct named_metrics {
  std::string run = {};
  std::vector<metric> metrics = {};
};
result<std::vector<named_metrics>> read_metrics(const std::string& json);

/// One for each name, in the order of the first: the median of each metric
/// over all that have this name (the lower one of an even number's two).
std::vector<named_metrics> medians(const std::vector<named_metrics>& of);

} // namespace parley::bench
