#pragma once

#include "bench/load/result.hpp"

#include <string>

namespace parley::bench {

/// A picture of a run as SVG: messages a second over time, latencies over time,
/// and the latency of each percentile. Latencies are on logarithmic scales.
std::string plot(const run_result& what);

} // namespace parley::bench
