#include "net/auth_workers.hpp"

#include "base/metrics.hpp"
#include "base/thread_name.hpp"

#include <utility>

namespace parley::net {

namespace {

constexpr std::uint32_t retry_after_ms = 1000;

} // namespace

auth_workers::auth_workers(std::size_t threads, std::size_t queue_max)
  : queue_max_(queue_max),
    waiting_(
      metrics::gauge("auth_jobs_waiting", "Passwords that wait for a worker")) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this] { work(); });
}

auth_workers::~auth_workers() {
  {
    std::lock_guard lock{guard_};
    stopped_ = true;
    jobs_.clear();
  }
  wake_.notify_all();
}

result<void> auth_workers::run(job what) {
  {
    std::lock_guard lock{guard_};
    if (stopped_)
      return error{errc::unavailable, "the node stops", {}, retry_after_ms};
    if (jobs_.size() >= queue_max_)
      return error{
        errc::rate_limited, "too many are signing in", {}, retry_after_ms};
    jobs_.push_back(std::move(what));
    waiting_.Set(static_cast<double>(jobs_.size()));
  }
  wake_.notify_one();
  return {};
}

void auth_workers::work() {
  name_thread("parley:auth");
  for (;;) {
    job next;
    {
      std::unique_lock lock{guard_};
      wake_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
      if (stopped_)
        return;
      next = std::move(jobs_.front());
      jobs_.pop_front();
      waiting_.Set(static_cast<double>(jobs_.size()));
    }
    next();
  }
}

} // namespace parley::net
