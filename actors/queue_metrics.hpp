#pragma once

#include "base/ids.hpp"
#include "base/metrics.hpp"
#include "match/queue.hpp"

namespace parley::actors {

/// What a queue tells of itself to whoever reads the node's metrics. While its
/// owner is another node it has nobody who waits here.
class queue_metrics {
public:
  explicit queue_metrics(const queue_name& name);
  ~queue_metrics();
  queue_metrics(const queue_metrics&) = delete;
  queue_metrics& operator=(const queue_metrics&) = delete;

  void count(const match::changes& c);
  void set(const match::queue& now);

private:
  void count(const match::changes::removed& gone);

  const metrics::labels of_;
  prometheus::Gauge& waiting_;
  prometheus::Gauge& meeting_;
  prometheus::Counter& matches_;
  prometheus::Counter& expired_;
  prometheus::Counter& cancelled_;
  prometheus::Counter& vanished_;
  prometheus::Histogram& waits_;
};

} // namespace parley::actors
