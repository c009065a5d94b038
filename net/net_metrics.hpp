#pragma once

#include <boost/beast/http/status.hpp>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::net {

namespace rpc {
struct method;
}

/// What the network counts. Safe to call from any thread.
struct net_metrics {
  net_metrics();

  prometheus::Gauge& sessions;
  prometheus::Gauge& connections;
  prometheus::Gauge& ops_connections;
  prometheus::Gauge& queue_bytes;
  prometheus::Counter& delivered;
  /// Durable events that became part of a gap.
  prometheus::Counter& gapped;
  /// Ephemeral events that nobody will miss.
  prometheus::Counter& dropped;
  /// Gaps for what this node was not told of.
  prometheus::Counter& missed;
  /// Durable events that came too late to be handed out.
  prometheus::Counter& stale;
  /// Sessions that were registered with a new owner.
  prometheus::Counter& reattached;
  prometheus::Counter& auth_failures;

  void session_closed(std::uint16_t code);
  void http_answered(std::string_view target, unsigned status);
  void call_answered(const rpc::method& what, std::int64_t duration_us);

private:
  std::vector<prometheus::Histogram*> calls_;
  std::mutex guard_;
  std::map<std::uint16_t, prometheus::Counter*> closed_;
  std::map<std::pair<std::string_view, unsigned>, prometheus::Counter*> http_;
};

/// Which of a fixed few classes the path of a request belongs to.
std::string_view path_class(std::string_view target);

} // namespace parley::net
