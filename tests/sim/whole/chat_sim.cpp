#include "base/log.hpp"
#include "tests/sim/whole/chat_run.hpp"
#include "tests/support/temp_dir.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

using namespace parley;
using sim::whole_bug;

namespace {

using ull = unsigned long long;

sim::chat_report run(std::uint64_t seed, whole_bug bug, bool trace) {
  static test::temp_dir dir;
  return sim::chat_run{seed, bug, trace, dir.path()}.run();
}

/// Every seed of a range; stops at the first that fails.
int run_seeds(std::uint64_t from, std::uint64_t to) {
  auto start = std::chrono::steady_clock::now();
  std::uint64_t steps = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t matches = 0;
  for (auto seed = from; seed <= to; ++seed) {
    auto r = run(seed, whole_bug::none, false);
    if (!r.failure.empty()) {
      std::printf("seed %llu: %s\nreplay: chat_sim --trace %llu\n", ull{seed},
                  r.failure.c_str(), ull{seed});
      return 1;
    }
    steps += r.steps;
    acknowledged += r.acknowledged;
    matches += r.matches;
  }
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("seeds %llu to %llu: %llu steps, %llu messages acknowledged, "
              "%llu matches, %.1f s\n",
              ull{from}, ull{to}, ull{steps}, ull{acknowledged}, ull{matches},
              took.count());
  return 0;
}

/// The same seed twice must be the same run.
int replay(std::uint64_t from, std::uint64_t to) {
  for (auto seed = from; seed <= to; ++seed) {
    auto a = run(seed, whole_bug::none, false);
    auto b = run(seed, whole_bug::none, false);
    if (a.steps != b.steps || a.fingerprint != b.fingerprint) {
      std::printf("seed %llu: %llu steps, then %llu\n", ull{seed}, ull{a.steps},
                  ull{b.steps});
      return 1;
    }
  }
  return 0;
}

int trace(std::uint64_t seed, whole_bug bug) {
  log::set_level(log::level::info);
  auto r = run(seed, bug, true);
  log::flush();
  std::printf("%s\n", r.failure.empty() ? "all is well" : r.failure.c_str());
  return r.failure.empty() ? 0 : 1;
}

/// Fails if one of them is found by none of so many seeds.
int find_planted(std::uint64_t seeds) {
  int missed = 0;
  for (auto i = 1; i <= static_cast<int>(whole_bug::last); ++i) {
    auto bug = static_cast<whole_bug>(i);
    std::string found;
    std::uint64_t seed = 0;
    while (found.empty() && seed < seeds)
      found = run(++seed, bug, false).failure;
    std::printf("%-26s %s\n", to_string(bug),
                found.empty()
                  ? "NOT FOUND"
                  : ("seed " + std::to_string(seed) + ": " + found).c_str());
    std::fflush(stdout);
    missed += found.empty();
  }
  return missed > 0;
}

std::uint64_t number(const char* text) {
  return std::strtoull(text, nullptr, 10);
}

int usage() {
  std::puts(
    "chat_sim --seeds FROM TO     runs them; fails at the first fault\n"
    "chat_sim --replay FROM TO    runs each twice, which must be alike\n"
    "chat_sim --trace SEED [BUG]  runs one and tells what happens\n"
    "chat_sim --planted SEEDS     finds each planted bug");
  return 2;
}

} // namespace

int main(int argc, char** argv) {
  log::set_level(log::level::off);
  if (argc == 4 && std::strcmp(argv[1], "--seeds") == 0)
    return run_seeds(number(argv[2]), number(argv[3]));
  if (argc == 4 && std::strcmp(argv[1], "--replay") == 0)
    return replay(number(argv[2]), number(argv[3]));
  if (argc >= 3 && std::strcmp(argv[1], "--trace") == 0)
    return trace(number(argv[2]),
                 static_cast<whole_bug>(argc > 3 ? number(argv[3]) : 0));
  if (argc == 3 && std::strcmp(argv[1], "--planted") == 0)
    return find_planted(number(argv[2]));
  return usage();
}
