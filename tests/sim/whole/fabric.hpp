#pragma once

#include "cluster/link/network.hpp"
#include "tests/sim/dice.hpp"
#include "tests/sim/whole/timeline.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace parley::sim {

namespace link = cluster::link;

/// How bad the network of a run is.
struct network_weather {
  true_us delay_min_us = 100;
  true_us delay_max_us = 1500;
  /// One frame in so many takes up to fifty times as long, and what is behind
  /// it in its class with it.
  std::int64_t late_one_in = 0;
  /// Of frames that are not taken, as where a queue is full.
  std::int64_t refused_percent = 0;
};

/// A process, as the network sees it.
class network_host {
public:
  virtual ~network_host() = default;

  /// Whether it does nothing now, and is not known to be gone.
  virtual bool paused() const = 0;

  /// Does something in it.
  virtual void enter(const std::function<void()>& what) = 0;
};

/// Between all nodes: one connection a pair, as TCP makes them. What was taken
/// arrives in order within its class while the connection lasts; what is cut
/// off waits, until one of the two has heard nothing for too long.
class fabric {
public:
  using tamper = std::function<bool(link::channel_id, std::string&)>;

  fabric(timeline& time, dice& random, node_id nodes);
  ~fabric();

  fabric(const fabric&) = delete;
  fabric& operator=(const fabric&) = delete;

  /// The network of a new process of the node. The process says when it has
  /// ended.
  std::unique_ptr<link::network> attach(node_id node, network_host& host);

  /// Its process is gone; the others are told so where its machine goes on.
  void ended(node_id node, bool machine_lives);

  /// It is stopped, or goes on.
  void paused(node_id node);
  void resumed(node_id node);

  bool cut(node_id from, node_id to) const {
    return lanes_.at({from, to}).cut;
  }

  /// Which connection to the other a node takes for a good one; 0 is none.
  std::uint64_t connection(node_id from, node_id to) const {
    auto found = sides_.find({from, to});
    return found == sides_.end() ? 0 : found->second;
  }

  void set_cut(node_id from, node_id to, bool is);
  void heal();

  /// Changes or drops frames before they are taken; answers whether to drop.
  void set_tamper(tamper what) {
    tamper_ = std::move(what);
  }

  network_weather sky;

private:
  class port;
  struct item;

  using pair = std::pair<node_id, node_id>;

  struct item {
    true_us ready = 0;
    std::uint64_t connection = 0;
    link::channel_id channel = 0;
    std::string payload;
    bool end = false;
  };

  /// One way from one node to another.
  struct lane {
    std::deque<item> waiting[3];
    true_us last_ready[3] = {};
    bool cut = false;
    /// Since when nothing comes this way; below 0 while it does.
    true_us silent_since = -1;
  };

  bool take(node_id from, node_id to, link::urgency how,
            link::channel_id channel, std::string payload);
  void put(node_id from, node_id to, std::size_t how, item what);
  void pump(node_id from, node_id to);
  void deliver(node_id from, node_id to, std::deque<item> what);
  void close(node_id node, node_id peer, bool say);
  void dial(node_id a, node_id b);
  void connect(node_id a, node_id b);
  void look_for_silence(node_id from, node_id to);
  bool is_silent(node_id from, node_id to) const;
  void request(node_id from, const std::string& address, std::string bytes,
               true_us deadline, link::reply_to then);
  void give_up_later(node_id from, std::uint64_t life, true_us wait,
                     const std::shared_ptr<link::reply_to>& then);
  void send_answer(node_id from, node_id to, std::uint64_t life,
                   result<std::string> with,
                   const std::shared_ptr<link::reply_to>& then);
  port* at(node_id node) const {
    return ports_.at(node);
  }
  bool reaches(node_id from, node_id to) const;
  true_us delay();

  timeline& time_;
  dice& random_;
  const node_id nodes_;
  tamper tamper_;
  std::map<node_id, port*> ports_;
  std::map<pair, lane> lanes_;
  /// What a node takes for its connection to the other; 0 is none.
  std::map<pair, std::uint64_t> sides_;
  std::uint64_t last_connection_ = 0;
  std::uint64_t last_life_ = 0;
};

/// "nodeN".
std::string address_of(node_id node);

} // namespace parley::sim
