#pragma once

#include "base/error.hpp"
#include "net/fair_queue.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

namespace parley::net {

/// What an `auth_workers` does for one request.
struct auth_job {
  std::function<void()> run;
  /// Called instead of `run`, from any thread, where the job gives way to those
  /// of others.
  std::function<void(const error&)> refuse;
};

/// Threads for what takes tens of milliseconds of a core: hashing passwords.
/// What waits for them is bounded, so that a storm of sign-ins is refused
/// rather than answered too late. Addresses take turns, and those from which
/// the user has come before go first: one address, or many that guess, can't
/// keep out everybody else. Safe to call from any thread.
class auth_workers {
public:
  auth_workers(std::size_t threads, std::size_t queue_max);
  auth_workers(const auth_workers&) = delete;
  auth_workers& operator=(const auth_workers&) = delete;

  /// Drops what waits, and waits for what runs.
  ~auth_workers();

  /// Has `what` run on one of the threads, or refused with `rate_limited` where
  /// as many of its kind wait as may and no address has more than this one.
  /// `unavailable` where the node stops.
  result<void> run(std::string_view address, bool known, auth_job what);

private:
  void work();
  bool idle() const {
    return known_.empty() && others_.empty();
  }
  auth_job next();
  void measure();

  prometheus::Gauge& waiting_;
  prometheus::Counter& refused_;
  std::mutex guard_;
  std::condition_variable wake_;
  fair_queue<auth_job> known_;
  fair_queue<auth_job> others_;
  unsigned turn_ = 0;
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

} // namespace parley::net
