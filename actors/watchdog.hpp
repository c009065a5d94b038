#pragma once

#include "cluster/entity_key.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace parley::actors {

struct watchdog_options {
  std::chrono::milliseconds handler_warn_after{1'000};
  std::chrono::milliseconds mailbox_warn_after{5'000};
};

/// Sees which handlers run for too long and which messages have waited for too
/// long, and reports each once: a log line and a metric. Safe to call from any
/// thread.
class watchdog {
public:
  explicit watchdog(const watchdog_options& opts);
  ~watchdog();

  /// Says that this thread handles a message, as long as it lives.
  class scope {
  public:
    scope(watchdog& owner, const cluster::entity_key& key,
          std::string_view command, std::int64_t sent_us);
    ~scope();
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;

  private:
    struct slot* slot_;
  };

  /// Looks at what runs now. Called every half second or so.
  void look();

private:
  friend class scope;
  struct slot* slot_of_this_thread();
  void report_wait(const cluster::entity_key& key, std::string_view command,
                   std::int64_t waited_us);

  const watchdog_options opts_;
  /// Of all watchdogs that there ever were in this process.
  const std::uint64_t number_;
  std::mutex guard_;
  std::vector<std::unique_ptr<struct slot>> slots_;
  prometheus::Histogram& mailbox_age_;
  prometheus::Counter& slow_handlers_;
  prometheus::Counter& old_messages_;
};

/// Microseconds of the steady clock, as in `request::sent_us`.
std::int64_t steady_us();

} // namespace parley::actors
