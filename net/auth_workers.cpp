#include "net/auth_workers.hpp"

#include "base/metrics.hpp"
#include "base/thread_name.hpp"

#include <utility>

namespace parley::net {

namespace {

constexpr std::uint32_t retry_after_ms = 1000;
// Of so many jobs one is of those who were never here, while others wait: for
// whoever has an account is known to it.
constexpr unsigned turns = 4;

error too_many() {
  return {errc::rate_limited, "too many are signing in", {}, retry_after_ms};
}

} // namespace

auth_workers::auth_workers(std::size_t threads, std::size_t queue_max)
  : waiting_(
    metrics::gauge("auth_jobs_waiting", "Passwords that wait for a worker")),
    refused_(metrics::counter("auth_jobs_refused_total",
                              "Passwords that were not looked at because too "
                              "many waited.")),
    known_(queue_max),
    others_(queue_max) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this] { work(); });
}

auth_workers::~auth_workers() {
  {
    std::lock_guard lock{guard_};
    stopped_ = true;
    known_.clear();
    others_.clear();
  }
  wake_.notify_all();
}

result<void> auth_workers::run(std::string_view address, bool known,
                               auth_job what) {
  std::optional<auth_job> out;
  {
    std::lock_guard lock{guard_};
    if (stopped_)
      return error{errc::unavailable, "the node stops", {}, retry_after_ms};
    out = (known ? known_ : others_).push(address, std::move(what));
    measure();
  }
  wake_.notify_one();
  if (out) {
    refused_.Increment();
    out->refuse(too_many());
  }
  return {};
}

void auth_workers::measure() {
  waiting_.Set(static_cast<double>(known_.size() + others_.size()));
}

auth_job auth_workers::next() {
  auto& first = ++turn_ % turns == 0 ? others_ : known_;
  auto& second = &first == &known_ ? others_ : known_;
  return first.empty() ? second.pop() : first.pop();
}

void auth_workers::work() {
  name_thread("parley:auth");
  for (;;) {
    auth_job job;
    {
      std::unique_lock lock{guard_};
      wake_.wait(lock, [this] { return stopped_ || !idle(); });
      if (stopped_)
        return;
      job = next();
      measure();
    }
    job.run();
  }
}

} // namespace parley::net
