#include "cluster/link/link_metrics.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"

#include <chrono>

namespace parley::cluster::link {

namespace {

prometheus::Counter& bytes_counter(const char* direction) {
  return metrics::counter("parley_link_bytes_total",
                          "Bytes of frames between nodes.",
                          {{"direction", direction}});
}

} // namespace

link_metrics::link_metrics()
  : bytes_in_(bytes_counter("in")),
    bytes_out_(bytes_counter("out")),
    frames_in_(metrics::counter("parley_link_frames_received_total",
                                "Frames received from other nodes.")),
    downs_(metrics::counter("parley_link_downs_total",
                            "Links to other nodes that broke.")) {}

void link_metrics::received(std::size_t bytes, std::size_t frames) {
  bytes_in_.Increment(static_cast<double>(bytes));
  frames_in_.Increment(static_cast<double>(frames));
}

void link_metrics::sent(std::size_t bytes) {
  bytes_out_.Increment(static_cast<double>(bytes));
}

void link_metrics::went_down() {
  downs_.Increment();
}

link_metrics::per_peer& link_metrics::of(node_id node) {
  auto found = peers_.find(node);
  if (found != peers_.end())
    return found->second;
  metrics::labels with{{"peer", std::to_string(node)}};
  auto& up = metrics::gauge("parley_link_up",
                            "Whether there is a link to the node.", with);
  auto& queue = metrics::gauge("parley_link_queue_bytes",
                               "Bytes that wait for the node.", with);
  auto& time = metrics::gauge("parley_link_round_trip_seconds",
                              "Time to the node and back, smoothed.", with);
  return peers_.emplace(node, per_peer{up, queue, time}).first->second;
}

void link_metrics::peer_up(node_id node, bool up) {
  of(node).up.Set(up ? 1 : 0);
}

void link_metrics::peer_queue(node_id node, std::size_t bytes) {
  of(node).queue.Set(static_cast<double>(bytes));
}

void link_metrics::peer_round_trip(node_id node,
                                   std::chrono::microseconds time) {
  of(node).round_trip.Set(std::chrono::duration<double>(time).count());
}

void link_metrics::refused(std::string_view why, const std::string& remote) {
  auto found = refused_.find(why);
  if (found == refused_.end()) {
    auto& made = metrics::counter("parley_link_refused_total",
                                  "Connections of nodes that were not taken.",
                                  {{"reason", std::string{why}}});
    found = refused_.emplace(why, &made).first;
  }
  found->second->Increment();
  auto now = steady_clock::now();
  auto [last, first] = logged_.try_emplace(std::string{why}, now);
  if (!first && now - last->second < std::chrono::seconds{1})
    return;
  last->second = now;
  log::warning("link_refused", {{"reason", why}, {"remote", remote}});
}

} // namespace parley::cluster::link
