#pragma once

#include "base/error.hpp"

#include <prometheus/gauge.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace parley::net {

/// Threads for what takes tens of milliseconds of a core: hashing passwords.
/// What waits for them is bounded, so that a storm of sign-ins is refused
/// rather than answered too late. Safe to call from any thread.
class auth_workers {
public:
  using job = std::function<void()>;

  auth_workers(std::size_t threads, std::size_t queue_max);
  auth_workers(const auth_workers&) = delete;
  auth_workers& operator=(const auth_workers&) = delete;

  /// Drops what waits, and waits for what runs.
  ~auth_workers();

  /// Has `what` run on one of the threads, in order. `rate_limited` when as
  /// many jobs wait as may.
  result<void> run(job what);

private:
  void work();

  const std::size_t queue_max_;
  prometheus::Gauge& waiting_;
  std::mutex guard_;
  std::condition_variable wake_;
  std::deque<job> jobs_;
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

} // namespace parley::net
