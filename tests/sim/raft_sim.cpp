#include "tests/sim/directed.hpp"
#include "tests/sim/driver.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

using namespace parley;
using sim::raft::planted;

namespace {

sim::report run(std::uint64_t seed, planted bug, bool trace) {
  return sim::driver{seed, bug, trace}.run();
}

/// Every seed of a range; stops at the first that fails.
int run_seeds(std::uint64_t from, std::uint64_t to) {
  auto start = std::chrono::steady_clock::now();
  std::uint64_t steps = 0;
  std::uint64_t acknowledged = 0;
  for (auto seed = from; seed <= to; ++seed) {
    auto r = run(seed, planted::none, false);
    if (!r.failure.empty()) {
      std::printf("seed %llu: %s\nreplay: raft_sim --trace %llu\n",
                  static_cast<unsigned long long>(seed), r.failure.c_str(),
                  static_cast<unsigned long long>(seed));
      return 1;
    }
    steps += r.steps;
    acknowledged += r.acknowledged;
  }
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("seeds %llu to %llu: %llu steps, %llu entries acknowledged, "
              "%.1f s\n",
              static_cast<unsigned long long>(from),
              static_cast<unsigned long long>(to),
              static_cast<unsigned long long>(steps),
              static_cast<unsigned long long>(acknowledged), took.count());
  return 0;
}

int trace(std::uint64_t seed, planted bug) {
  auto r = run(seed, bug, true);
  std::printf("%s\n", r.failure.empty() ? "all is well" : r.failure.c_str());
  return r.failure.empty() ? 0 : 1;
}

/// What finds a planted bug: a walk, or one of so many seeds.
std::string find(planted bug, std::uint64_t seeds) {
  if (auto found = sim::walk_through(bug); !found.empty())
    return "directed: " + found;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    auto r = run(seed, bug, false);
    if (!r.failure.empty())
      return "seed " + std::to_string(seed) + ": " + r.failure;
  }
  return {};
}

/// Fails if one of them is found by nothing, or something by nothing planted.
int find_planted(std::uint64_t seeds) {
  int missed = 0;
  if (auto found = sim::walk_through(planted::none); !found.empty()) {
    std::printf("nothing planted: %s\n", found.c_str());
    return 1;
  }
  for (auto i = 1; i <= static_cast<int>(planted::last); ++i) {
    auto bug = static_cast<planted>(i);
    auto found = find(bug, seeds);
    std::printf("%-28s %s\n", to_string(bug),
                found.empty() ? "NOT FOUND" : found.c_str());
    std::fflush(stdout);
    missed += found.empty();
  }
  return missed > 0;
}

std::uint64_t number(const char* text) {
  return std::strtoull(text, nullptr, 10);
}

int usage() {
  std::puts("raft_sim --seeds FROM TO     runs them; fails at the first fault\n"
            "raft_sim --trace SEED [BUG]  runs one and tells what happens\n"
            "raft_sim --planted SEEDS     finds each planted bug");
  return 2;
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--seeds") == 0)
    return run_seeds(number(argv[2]), number(argv[3]));
  if (argc >= 3 && std::strcmp(argv[1], "--trace") == 0)
    return trace(number(argv[2]),
                 static_cast<planted>(argc > 3 ? number(argv[3]) : 0));
  if (argc == 3 && std::strcmp(argv[1], "--planted") == 0)
    return find_planted(number(argv[2]));
  return usage();
}
