#pragma once

#include "tests/sim/whole/fabric.hpp"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace parley::sim {

/// The end of the network in one process.
class fabric::port final : public link::network {
public:
  port(fabric& all, node_id self, network_host& host, std::uint64_t life)
    : all_(all), self_(self), host_(host), life_(life) {}

  network_host& host() const {
    return host_;
  }

  /// Of all processes that there were.
  std::uint64_t life() const {
    return life_;
  }

  bool knows(node_id peer) const {
    return peers_.contains(peer);
  }

  void up(node_id peer, std::uint64_t life) {
    host_.enter([&] { listener_->up(peer, {life, link::version_max}); });
  }

  void down(node_id peer) {
    host_.enter([&] { listener_->down(peer); });
  }

  void received(node_id peer, std::span<const link::frame> frames) {
    host_.enter([&] { listener_->received(peer, frames); });
  }

  void asked(const std::string& what, link::reply_to then) {
    host_.enter([&] { listener_->asked(what, std::move(then)); });
  }

  std::string address() const override {
    return address_of(self_);
  }

  void start(const link::identity&, link::link_listener& to) override {
    listener_ = &to;
  }

  void set_peers(const std::vector<link::peer_address>& peers) override {
    std::set<node_id> next;
    for (const auto& p : peers)
      if (p.node != self_)
        next.insert(p.node);
    for (auto peer : next)
      if (peers_.insert(peer).second)
        all_.dial(self_, peer);
    peers_ = std::move(next);
  }

  using link::network::send;
  bool send(node_id to, link::urgency how, link::channel_id channel,
            std::span<const std::string_view> pieces) override {
    if (stopped_ || !peers_.contains(to))
      return false;
    std::string payload;
    for (auto piece : pieces)
      payload += piece;
    return all_.take(self_, to, how, channel, std::move(payload));
  }

  void request(const std::string& address, std::string bytes,
               link::milliseconds deadline, link::reply_to then) override {
    if (!stopped_)
      all_.request(self_, address, std::move(bytes), deadline.count() * 1000,
                   std::move(then));
  }

  std::vector<link::link_info> list() const override {
    return {};
  }

  void stop() override {
    stopped_ = true;
  }

private:
  fabric& all_;
  const node_id self_;
  network_host& host_;
  const std::uint64_t life_;
  link::link_listener* listener_ = nullptr;
  std::set<node_id> peers_;
  bool stopped_ = false;
};

} // namespace parley::sim
