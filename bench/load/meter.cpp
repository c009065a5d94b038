#include "bench/load/meter.hpp"

#include "bench/load/clock_us.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace parley::bench {

namespace {

// Of one core, above which a worker may be what is measured.
constexpr double too_busy = 0.9;

// Of one core. On an idle host it is a third of a hundredth.
constexpr double too_much_stolen = 0.02;

std::int64_t sum(const std::vector<std::int64_t>& of) {
  return std::accumulate(of.begin(), of.end(), std::int64_t{0});
}

// A server that was killed has no more to say: what it used is unknown.
std::int64_t growth(std::int64_t from, std::int64_t to) {
  return std::max<std::int64_t>(to - from, 0);
}

} // namespace

std::array<std::uint64_t, counts> meter::total() const {
  std::array<std::uint64_t, counts> out{};
  for (const auto& one : shared_.tallies())
    for (std::size_t i = 0; i < counts; ++i)
      out[i] += one.of[i].load(std::memory_order_relaxed);
  return out;
}

std::uint64_t meter::total(count what) const {
  return total()[static_cast<std::size_t>(what)];
}

std::uint64_t meter::here() const {
  std::uint64_t out = 0;
  for (const auto& one : shared_.tallies())
    out += one.here.load();
  return out;
}

meter::sample meter::take() const {
  sample out{now_us(), total()};
  for (auto pid : pids_)
    out.server_cpu_us.push_back(family_use(pid).cpu_us);
  for (const auto& one : shared_.tallies())
    out.worker_cpu_us.push_back(one.cpu_us.load());
  out.machine = use_of_machine();
  return out;
}

void meter::begin() {
  began_ = last_ = take();
}

void meter::end(run_result& out) {
  auto now = take();
  out.seconds = static_cast<double>(now.at_us - began_.at_us) / 1e6;
  auto cores = [&](std::int64_t cpu_us) {
    return static_cast<double>(cpu_us) / 1e6 / out.seconds;
  };
  for (std::size_t i = 0; i < counts; ++i)
    out.measured[i] = now.of[i] - began_.of[i];
  for (std::size_t i = 0; i < pids_.size(); ++i) {
    auto use = family_use(pids_[i]);
    auto cpu = growth(began_.server_cpu_us[i], now.server_cpu_us[i]);
    out.servers.push_back({pids_[i], use.name, cpu, use.resident_bytes});
    out.server_cpu_us += cpu;
  }
  for (std::size_t i = 0; i < now.worker_cpu_us.size(); ++i) {
    auto cpu = now.worker_cpu_us[i] - began_.worker_cpu_us[i];
    out.own_cpu_us += cpu;
    out.busiest_worker = std::max(out.busiest_worker, cores(cpu));
  }
  if (out.busiest_worker > too_busy)
    out.warnings.push_back(
      fmt::format("a worker used {:.0f} % of a core: the load generator may be "
                  "what was measured; give it more workers",
                  out.busiest_worker * 100));
  auto others = cores(now.machine.busy_us - began_.machine.busy_us
                      - out.server_cpu_us - out.own_cpu_us);
  if (others > 0.15 && !pids_.empty())
    out.warnings.push_back(
      fmt::format("others used {:.0f} % of a core meanwhile", others * 100));
  auto stolen = cores(now.machine.stolen_us - began_.machine.stolen_us);
  if (stolen > too_much_stolen)
    out.warnings.push_back(
      fmt::format("the host of this virtual machine kept {:.1f} % of a core "
                  "from it: what was slowest may have waited for that",
                  stolen * 100));
}

void meter::look(double seconds_each, std::vector<moment>& out) {
  auto at = now_us();
  if (static_cast<double>(at - last_.at_us) < seconds_each * 1e6)
    return;
  auto now = take();
  histogram acknowledged;
  for (const auto& one : shared_.tallies())
    acknowledged.add(one.acknowledged.snapshot());
  auto since = acknowledged;
  since.subtract(last_acknowledged_);
  auto seconds = static_cast<double>(now.at_us - last_.at_us) / 1e6;
  auto rate = [&](count what) {
    auto i = static_cast<std::size_t>(what);
    return static_cast<double>(now.of[i] - last_.of[i]) / seconds;
  };
  auto cpu = growth(sum(last_.server_cpu_us), sum(now.server_cpu_us));
  out.push_back({static_cast<double>(now.at_us - began_.at_us) / 1e6,
                 rate(count::acknowledged), rate(count::delivered),
                 since.at(0.5), since.at(0.99), since.max(),
                 static_cast<double>(cpu) / 1e6 / seconds, here()});
  last_ = std::move(now);
  last_acknowledged_ = acknowledged;
}

} // namespace parley::bench
