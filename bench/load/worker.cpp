#include "bench/load/worker.hpp"

#include "bench/load/clock_us.hpp"
#include "bench/load/other_loads.hpp"

#include <algorithm>
#include <memory>

namespace parley::bench {

namespace {

constexpr std::int64_t round_us = 5000;
constexpr std::int64_t look_after_us = 200'000;

class worker {
public:
  worker(const worker_task& task, poller& loop)
    : site_{loop,
            task.opts,
            task.nodes,
            task.shared,
            task.shared.tallies()[task.number],
            task.number} {}

  void run(const worker_task& task) {
    load_ = make_load(task);
    while (now_ != phase::over && !site_.counted.failed)
      round();
    site_.counted.cpu_us = own_cpu_us();
  }

private:
  std::unique_ptr<workload> make_load(const worker_task& task) {
    auto out = make_workload(site_, task.circles, task.everybody);
    site_.load = out.get();
    return out;
  }

  void round() {
    auto now = now_us();
    follow();
    if (now >= next_look_us_) {
      next_look_us_ = now + round_us;
      look(now);
    }
    wake(now);
    open_some();
    auto due = std::min(load_->tick(now), now + round_us);
    if (!site_.timers.empty())
      due = std::min(due, site_.timers.begin()->first);
    site_.loop.round(due);
  }

  void follow() {
    if (auto next = site_.shared.now(); next != now_) {
      now_ = next;
      load_->on_phase(next);
    }
  }

  void look(std::int64_t now) {
    auto number = static_cast<int>(now_);
    if (site_.counted.done < number && load_->is_done(now_))
      site_.counted.done = number;
    site_.counted.cpu_us = own_cpu_us();
    if (now < next_check_us_)
      return;
    next_check_us_ = now + look_after_us;
    load_->check_timeouts(now);
  }

  void wake(std::int64_t now) {
    while (!site_.timers.empty() && site_.timers.begin()->first <= now)
      site_.timers.begin()->second->on_timer(now);
  }

  void open_some() {
    while (!site_.to_open.empty() && site_.opening < site_.opts.connecting) {
      auto* who = site_.to_open.front();
      site_.to_open.pop_front();
      who->start_opening();
    }
  }

  site site_;
  std::unique_ptr<workload> load_;
  phase now_ = phase::set_up;
  std::int64_t next_look_us_ = 0;
  std::int64_t next_check_us_ = 0;
};

} // namespace

void run_worker(const worker_task& task) {
  auto& counted = task.shared.tallies()[task.number];
  auto loop = poller::open();
  if (!loop)
    return counted.fail(loop.error().detail);
  worker{task, *loop}.run(task);
}

} // namespace parley::bench
