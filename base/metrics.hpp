#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <string>
#include <vector>

namespace parley::metrics {

using labels = std::map<std::string, std::string>;

/// The process's one registry; what it holds lives as long as the process, so
/// a reference to a metric may be kept. Look metrics up once, not per message:
/// these three take a lock. Names follow Prometheus' conventions (`_total`,
/// base units, `snake_case`).
prometheus::Counter& counter(const std::string& name, const std::string& help,
                             const labels& with = {});
prometheus::Gauge& gauge(const std::string& name, const std::string& help,
                         const labels& with = {});
prometheus::Histogram& histogram(const std::string& name,
                                 const std::string& help,
                                 const std::vector<double>& bounds,
                                 const labels& with = {});

/// Bounds in seconds for what takes from 50 microseconds to 10 seconds.
const std::vector<double>& latency_bounds();

/// Everything in the text format of Prometheus, version 0.0.4.
std::string scrape();

} // namespace parley::metrics
