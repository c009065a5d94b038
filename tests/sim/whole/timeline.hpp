#pragma once

#include "tests/sim/sim_clock.hpp"

#include <functional>
#include <queue>
#include <vector>

namespace parley::sim {

/// What happens next, in one thread.
class timeline {
public:
  using event = std::function<void()>;

  true_us now() const {
    return now_;
  }

  void at(true_us when, event what) {
    events_.push({when > now_ ? when : now_, ++last_order_, std::move(what)});
  }

  void after(true_us delay, event what) {
    at(now_ + delay, std::move(what));
  }

  /// Does what is due until then, while `go_on` says so after each event.
  template <class Condition>
  void run_until(true_us end, const Condition& go_on) {
    while (go_on() && !events_.empty() && events_.top().when <= end) {
      auto next = std::move(const_cast<entry&>(events_.top()));
      events_.pop();
      now_ = next.when;
      ++steps_;
      next.what();
    }
    if (go_on())
      now_ = end;
  }

  std::uint64_t steps() const {
    return steps_;
  }

private:
  struct entry {
    true_us when;
    std::uint64_t order;
    event what;
  };

  struct later {
    bool operator()(const entry& a, const entry& b) const {
      return a.when != b.when ? a.when > b.when : a.order > b.order;
    }
  };

  true_us now_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t last_order_ = 0;
  std::priority_queue<entry, std::vector<entry>, later> events_;
};

} // namespace parley::sim
