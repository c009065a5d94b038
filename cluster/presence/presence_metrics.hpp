#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

namespace parley::cluster::presence {

/// Registered once a Redis is spoken to.
struct presence_metrics {
  static presence_metrics& instance();

  /// Redises that can be written to now.
  prometheus::Gauge& up;
  prometheus::Counter& commands;
  prometheus::Counter& errors;
  prometheus::Gauge& dirty;
  prometheus::Counter& reasserted;
  prometheus::Counter& stale;
  prometheus::Histogram& latency;
};

} // namespace parley::cluster::presence
