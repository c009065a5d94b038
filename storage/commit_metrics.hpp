#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <cstddef>

namespace prometheus {
class Counter;
class Histogram;
} // namespace prometheus

namespace parley::storage {

/// What is told about batches that are synced.
class commit_metrics {
public:
  commit_metrics();

  /// A batch of `size` write sets that took `time`.
  void observe(std::size_t size, steady_clock::duration time,
               const result<void>& outcome);

private:
  prometheus::Counter& commits_;
  prometheus::Counter& failures_;
  prometheus::Histogram& size_;
  prometheus::Histogram& seconds_;
};

} // namespace parley::storage
