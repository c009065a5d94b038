#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace parley::metrics {

/// What Prometheus' client libraries say of the process: `process_…`, read from
/// the system now. What it does not tell is left out.
std::vector<prometheus::MetricFamily> process_metrics();

} // namespace parley::metrics
