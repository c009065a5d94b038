#include "actors/watchdog.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"

#include <atomic>
#include <utility>

namespace parley::actors {

/// What one thread handles now.
struct slot {
  std::mutex guard;
  cluster::entity_key key;
  std::string_view command;
  std::int64_t since_us = 0;
  bool reported = false;
};

namespace {

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

} // namespace

std::int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
           steady_clock::now().time_since_epoch())
    .count();
}

watchdog::watchdog(const watchdog_options& opts)
  : opts_(opts),
    number_(next_number()),
    mailbox_age_(metrics::histogram(
      "entity_mailbox_age_seconds",
      "How long commands wait before their entity handles them.",
      metrics::latency_bounds())),
    slow_handlers_(metrics::counter("entity_slow_handlers_total",
                                    "Handlers that ran for too long.")),
    old_messages_(metrics::counter("entity_old_messages_total",
                                   "Commands that waited for too long.")) {}

watchdog::~watchdog() = default;

slot* watchdog::slot_of_this_thread() {
  // By number, for another watchdog may come to live at the same address.
  thread_local std::pair<std::uint64_t, slot*> mine{0, nullptr};
  if (mine.first != number_) {
    std::lock_guard held{guard_};
    mine = {number_, slots_.emplace_back(std::make_unique<slot>()).get()};
  }
  return mine.second;
}

watchdog::scope::scope(watchdog& owner, const cluster::entity_key& key,
                       std::string_view command, std::int64_t sent_us)
  : slot_(owner.slot_of_this_thread()) {
  auto now = steady_us();
  auto waited = now - sent_us;
  owner.mailbox_age_.Observe(static_cast<double>(waited) / 1e6);
  if (waited
      > std::chrono::microseconds{owner.opts_.mailbox_warn_after}.count())
    owner.report_wait(key, command, waited);
  std::lock_guard held{slot_->guard};
  slot_->key = key;
  slot_->command = command;
  slot_->since_us = now;
  slot_->reported = false;
}

watchdog::scope::~scope() {
  std::lock_guard held{slot_->guard};
  slot_->since_us = 0;
}

void watchdog::report_wait(const cluster::entity_key& key,
                           std::string_view command, std::int64_t waited_us) {
  old_messages_.Increment();
  log::warning("entity_message_waited", {{"entity", key.str()},
                                         {"command", command},
                                         {"waited_ms", waited_us / 1000}});
}

void watchdog::look() {
  auto now = steady_us();
  auto bound = std::chrono::microseconds{opts_.handler_warn_after}.count();
  std::lock_guard held{guard_};
  for (auto& each : slots_) {
    std::lock_guard of_slot{each->guard};
    if (each->since_us == 0 || each->reported || now - each->since_us < bound)
      continue;
    each->reported = true;
    slow_handlers_.Increment();
    log::warning("entity_handler_slow",
                 {{"entity", each->key.str()},
                  {"command", each->command},
                  {"running_ms", (now - each->since_us) / 1000}});
  }
}

} // namespace parley::actors
