#include "tests/sim/world.hpp"

#include <algorithm>
#include <cstdio>

namespace parley::sim {

void world::at(true_us when, std::function<void()> what) {
  events_.push({std::max(when, now_), ++last_order_, std::move(what)});
}

void world::run_until(true_us end) {
  while (!check.failed() && !events_.empty() && events_.top().when <= end) {
    auto what = events_.top().what;
    now_ = events_.top().when;
    events_.pop();
    ++steps_;
    what();
  }
  if (!check.failed())
    now_ = end;
}

void world::set_cut(node_id from, node_id to, bool is) {
  if (is)
    cuts_.insert({from, to});
  else
    cuts_.erase({from, to});
}

void world::heal() {
  cuts_.clear();
  sky = {};
}

std::vector<true_us> world::deliveries(node_id from, node_id to) {
  std::vector<true_us> times;
  if (cut(from, to) || random.percent(sky.drop_percent))
    return times;
  auto copies = random.percent(sky.double_percent) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    auto time = random.between(sky.delay_min_us, sky.delay_max_us);
    if (random.one_in(sky.late_one_in))
      time *= random.between(1, 100);
    times.push_back(time);
  }
  return times;
}

true_us world::sync_time() {
  auto time = random.between(50, sky.sync_max_us);
  return random.one_in(50) ? time * 10 : time;
}

void world::note(const std::string& what) const {
  if (trace_)
    std::printf("%10.3f %s\n", static_cast<double>(now_) / 1000, what.c_str());
}

} // namespace parley::sim
