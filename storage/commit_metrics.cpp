#include "storage/commit_metrics.hpp"

#include "base/metrics.hpp"

#include <chrono>

namespace parley::storage {
namespace {

const std::vector<double> size_bounds
  = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192};

} // namespace

commit_metrics::commit_metrics()
  : commits_(metrics::counter("parley_commits_total",
                              "Batches written with one fsync each.")),
    failures_(metrics::counter("parley_commit_failures_total",
                               "Batches that could not be written.")),
    size_(metrics::histogram("parley_commit_batch_size",
                             "Write sets in a batch.", size_bounds)),
    seconds_(metrics::histogram("parley_commit_seconds",
                                "Time to write a batch durably.",
                                metrics::latency_bounds())) {}

void commit_metrics::observe(std::size_t size, steady_clock::duration time,
                             const result<void>& outcome) {
  if (!outcome) {
    failures_.Increment();
    return;
  }
  commits_.Increment();
  size_.Observe(static_cast<double>(size));
  seconds_.Observe(std::chrono::duration<double>(time).count());
}

} // namespace parley::storage
