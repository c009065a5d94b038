#pragma once

#include "cluster/link/links.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace parley::cluster::link {

inline constexpr channel_id test_channel = 20;

/// Slower under the sanitizers, as the environment says.
inline std::chrono::milliseconds patience() {
  const auto* scale = std::getenv("PARLEY_TIME_SCALE");
  return std::chrono::seconds{10} * (scale == nullptr ? 1 : std::atoi(scale));
}

/// Remembers what it was told, and waits for it.
class recorder final : public link_listener {
public:
  struct heard {
    node_id from;
    channel_id channel;
    std::string payload;
  };

  void up(node_id node, const link_terms& terms) override {
    note([&] {
      ++ups[node];
      is_up[node] = true;
      last_terms[node] = terms;
    });
  }

  void down(node_id node) override {
    note([&] {
      ++downs[node];
      is_up[node] = false;
    });
  }

  void received(node_id node, std::span<const frame> frames) override {
    if (while_receiving)
      while_receiving();
    note([&] {
      ++batches;
      for (const auto& one : frames)
        frames_heard.push_back({node, one.channel, std::string{one.payload}});
    });
  }

  void asked(std::string request, reply_to then) override {
    if (on_asked)
      on_asked(std::move(request), std::move(then));
  }

  void expelled_by(node_id peer) override {
    note([&] { expellers.push_back(peer); });
  }

  void claimed(const rival_claim& by) override {
    note([&] { claims.push_back(by); });
  }

  /// Whether `what` came true in time.
  bool wait(const std::function<bool()>& what) {
    std::unique_lock held{guard};
    return changed.wait_for(held, patience(), what);
  }

  bool wait_up(node_id node, int times = 1) {
    return wait([&] { return is_up[node] && ups[node] >= times; });
  }

  bool wait_down(node_id node, int times = 1) {
    return wait([&] { return downs[node] >= times; });
  }

  bool wait_frames(std::size_t count) {
    return wait([&] { return frames_heard.size() >= count; });
  }

  // Read under `wait`, or when nothing is under way.
  /// How often the node has been told to be down.
  int downs_of(node_id node) {
    std::lock_guard held{guard};
    return downs[node];
  }

  std::map<node_id, int> ups;
  std::map<node_id, int> downs;
  std::map<node_id, bool> is_up;
  std::map<node_id, link_terms> last_terms;
  std::vector<heard> frames_heard;
  std::vector<node_id> expellers;
  std::vector<rival_claim> claims;
  int batches = 0;
  /// Set before the links start.
  std::function<void()> while_receiving;
  std::function<void(std::string, reply_to)> on_asked;

private:
  template <class F>
  void note(F&& what) {
    {
      std::lock_guard held{guard};
      what();
    }
    changed.notify_all();
  }

  std::mutex guard;
  std::condition_variable changed;
};

inline link_options test_options() {
  link_options out;
  out.cluster_name = "test";
  out.secret = "0123456789abcdef0123456789abcdef";
  // A node of a busy test machine may well be silent for a second.
  out.down_after = std::chrono::milliseconds{5000};
  return out;
}

/// One node: its links, and what they said.
struct test_node {
  explicit test_node(node_id of, const link_options& opts = test_options(),
                     std::uint64_t cluster = 1)
    : id(of) {
    auto opened = links::open(opts);
    EXPECT_TRUE(opened) << opened.error().detail;
    made = std::move(*opened);
    to_start = {of, cluster};
  }

  test_node& start() {
    made->start(to_start, said);
    return *this;
  }

  void know(const std::vector<const test_node*>& others) {
    std::vector<peer_address> peers;
    for (const auto* other : others)
      peers.push_back({other->id, other->made->address()});
    made->set_peers(peers);
  }

  links* operator->() const {
    return made.get();
  }

  link_info of(node_id node) const {
    for (auto& one : made->list())
      if (one.node == node)
        return one;
    return {};
  }

  node_id id;
  identity to_start;
  recorder said;
  /// After `said`, which it calls until it is gone.
  std::unique_ptr<links> made;
};

/// Nodes 1 and 2 with a link between them.
struct linked_pair {
  explicit linked_pair(const link_options& opts = test_options())
    : a(1, opts), b(2, opts) {}

  bool link() {
    a.start();
    b.start();
    a.know({&b});
    b.know({&a});
    return a.said.wait_up(2) && b.said.wait_up(1);
  }

  test_node a;
  test_node b;
};

} // namespace parley::cluster::link
