#pragma once

#include "tests/sim/checker.hpp"
#include "tests/sim/planted.hpp"
#include "tests/sim/sim_clock.hpp"

#include <functional>
#include <queue>
#include <set>
#include <string>
#include <vector>

namespace parley::sim {

/// How bad the network and the disks of a run are.
struct weather {
  std::int64_t drop_percent = 0;
  std::int64_t double_percent = 0;
  true_us delay_min_us = 200;
  true_us delay_max_us = 2000;
  /// One message in so many takes up to a hundred times as long.
  std::int64_t late_one_in = 0;
  true_us sync_max_us = 3000;
};

/// One thread's time: what happens next, and what travels.
class world {
public:
  world(std::uint64_t seed, raft::planted bug, bool trace)
    : random(seed), bug_(bug), trace_(trace) {}

  true_us now() const {
    return now_;
  }

  raft::planted bug() const {
    return bug_;
  }

  void at(true_us when, std::function<void()> what);

  void after(true_us delay, std::function<void()> what) {
    at(now_ + delay, std::move(what));
  }

  /// Runs what is due until then, or until the checker has found something.
  void run_until(true_us end);

  bool cut(node_id from, node_id to) const {
    return cuts_.contains({from, to});
  }

  void set_cut(node_id from, node_id to, bool is);
  void heal();

  /// How long a message takes; nothing if it is lost.
  std::vector<true_us> deliveries(node_id from, node_id to);

  true_us sync_time();

  bool tracing() const {
    return trace_;
  }

  void note(const std::string& what) const;

  std::uint64_t steps() const {
    return steps_;
  }

  dice random;
  checker check;
  weather sky;

private:
  struct event {
    true_us when;
    std::uint64_t order;
    std::function<void()> what;
  };

  struct later {
    bool operator()(const event& a, const event& b) const {
      return a.when != b.when ? a.when > b.when : a.order > b.order;
    }
  };

  raft::planted bug_;
  bool trace_;
  true_us now_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t last_order_ = 0;
  std::priority_queue<event, std::vector<event>, later> events_;
  std::set<std::pair<node_id, node_id>> cuts_;
};

} // namespace parley::sim
