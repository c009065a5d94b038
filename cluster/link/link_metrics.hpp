#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace prometheus {
class Counter;
class Gauge;
} // namespace prometheus

namespace parley::cluster::link {

/// What the links count, and what they say of those that they refuse. Used on
/// the links' thread only.
class link_metrics {
public:
  link_metrics();

  void received(std::size_t bytes, std::size_t frames);
  void sent(std::size_t bytes);
  void went_down();

  void peer_up(node_id node, bool up);
  void peer_queue(node_id node, std::size_t bytes);
  void peer_round_trip(node_id node, std::chrono::microseconds time);

  /// Counts a connection that was not taken, and logs it unless the same was
  /// logged within a second: whoever floods us must not flood the log.
  void refused(std::string_view why, const std::string& remote);

private:
  struct per_peer {
    prometheus::Gauge& up;
    prometheus::Gauge& queue;
    prometheus::Gauge& round_trip;
  };

  per_peer& of(node_id node);

  prometheus::Counter& bytes_in_;
  prometheus::Counter& bytes_out_;
  prometheus::Counter& frames_in_;
  prometheus::Counter& downs_;
  std::map<node_id, per_peer> peers_;
  std::map<std::string, prometheus::Counter*, std::less<>> refused_;
  std::map<std::string, steady_clock::time_point, std::less<>> logged_;
};

} // namespace parley::cluster::link
