#include "net/net_metrics.hpp"

#include "base/metrics.hpp"
#include "net/rpc/method_table.hpp"

#include <array>
#include <string>

namespace parley::net {

namespace {

prometheus::Counter& not_delivered(const char* kind) {
  return metrics::counter("events_dropped_total",
                          "Events that slow sessions were not sent.",
                          {{"class", kind}});
}

prometheus::Counter& closed_with(std::uint16_t code) {
  return metrics::counter("sessions_closed_total",
                          "Sessions that ended, by close code.",
                          {{"code", std::to_string(code)}});
}

prometheus::Counter& answered_with(std::string_view kind, unsigned status) {
  return metrics::counter(
    "http_requests_total", "HTTP requests that were answered.",
    {{"path", std::string{kind}}, {"status", std::to_string(status)}});
}

// Counters are there from the start, so that the first event is an increase.
void show_what_is_usual() {
  for (std::uint16_t code : {1000, 1001, 1005, 1006, 1007, 1009, 1012, 4001,
                             4008, 4029, 4501, 4503, 4509})
    closed_with(code);
  for (auto kind :
       {"ws", "rpc", "auth", "messages", "admin", "other", "probe", "page"})
    for (auto status : {200U, 400U, 401U, 403U, 404U, 429U, 500U, 503U})
      answered_with(kind, status);
}

} // namespace

std::string_view path_class(std::string_view target) {
  struct entry {
    std::string_view prefix;
    std::string_view name;
  };
  constexpr std::array<entry, 10> classes{{{"/v1/ws", "ws"},
                                           {"/v1/rpc", "rpc"},
                                           {"/v1/auth/", "auth"},
                                           {"/v1/messages", "messages"},
                                           {"/v1/conversations", "messages"},
                                           {"/v1/admin", "admin"},
                                           {"/v1/", "other"},
                                           {"/metrics", "probe"},
                                           {"/healthz", "probe"},
                                           {"/readyz", "probe"}}};
  for (const auto& one : classes)
    if (target.starts_with(one.prefix))
      return one.name;
  return "page";
}

net_metrics::net_metrics()
  : sessions(metrics::gauge("websocket_active_connections",
                            "Sockets that speak WebSocket now.")),
    connections(metrics::gauge("network_active_connections",
                               "Sockets of clients that are open now.")),
    ops_connections(metrics::gauge("ops_active_connections",
                                   "Sockets of operators that are open now.")),
    queue_bytes(metrics::gauge("outbound_queue_bytes",
                               "What waits to be written to sessions.")),
    delivered(metrics::counter("events_delivered_total",
                               "Events queued for sessions.")),
    gapped(not_delivered("durable")),
    dropped(not_delivered("ephemeral")),
    missed(metrics::counter("events_missed_total",
                            "Gaps sent to sessions for events that this node "
                            "was not told of.")),
    stale(metrics::counter("events_stale_total",
                           "Durable events that came behind their time and "
                           "were dropped.")),
    reattached(metrics::counter("sessions_reattached_total",
                                "Sessions that were registered with a new "
                                "owner of their user's shard.")),
    auth_failures(metrics::counter("session_auth_failures_total",
                                   "Sessions whose token was not good.")) {
  for (const auto& one : rpc::methods())
    calls_.push_back(&metrics::histogram(
      "call_duration_seconds", "From a call's frame to its answer.",
      metrics::latency_bounds(), {{"method", std::string{one.name}}}));
  show_what_is_usual();
}

void net_metrics::session_closed(std::uint16_t code) {
  std::lock_guard lock{guard_};
  auto& counter = closed_[code];
  if (counter == nullptr)
    counter = &closed_with(code);
  counter->Increment();
}

void net_metrics::http_answered(std::string_view target, unsigned status) {
  auto kind = path_class(target);
  std::lock_guard lock{guard_};
  auto& counter = http_[{kind, status}];
  if (counter == nullptr)
    counter = &answered_with(kind, status);
  counter->Increment();
}

void net_metrics::call_answered(const rpc::method& what,
                                std::int64_t duration_us) {
  auto index = &what - rpc::methods().data();
  calls_[static_cast<std::size_t>(index)]->Observe(
    static_cast<double>(duration_us) / 1e6);
}

} // namespace parley::net
