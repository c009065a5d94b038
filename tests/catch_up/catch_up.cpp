/// Measures how a replica that was away comes level while writing goes on.
///
///   catch_up [--messages N] [--by log|snapshot] [--rate PER_SECOND]
///            [--shards N] [--baseline SECONDS]
///
/// Three members in one process with real links and disks: messages are sent at
/// a rate, as a baseline; one member is stopped, and N messages are written; it
/// is started again, while messages are sent at the same rate, until it is
/// level. Prints one line of JSON. Exits with 1 if it is not level within a
/// minute; the rest is for the reader to judge.
#include "tests/catch_up/load.hpp"

#include <CLI/CLI.hpp>

#include <atomic>
#include <cstdio>
#include <thread>

namespace {

using namespace parley;
using cluster::test::load;
using std::chrono::steady_clock;

struct arguments {
  std::uint64_t messages = 1'000'000;
  std::string by = "log";
  std::uint32_t rate = 1'000;
  std::uint32_t shards = 16;
  std::uint32_t baseline_s = 10;
};

cluster::member_options options_for(const arguments& what) {
  cluster::member_options opts;
  opts.shards = what.shards;
  // Per shard: all of the log, or next to nothing of it.
  opts.log.log_bytes_max
    = what.by == "log" ? std::uint64_t{16} << 30 : std::uint64_t{1} << 20;
  return opts;
}

double seconds_since(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

int measure(const arguments& what) {
  constexpr node_id away = 3;
  constexpr auto patience = std::chrono::seconds{60};
  cluster::test::member_group group{options_for(what)};
  if (!group.await_settled()) {
    std::fprintf(stderr, "catch_up: the cluster does not settle\n");
    return 1;
  }
  load writes{group, what.shards};
  auto before = writes.steady(
    what.rate,
    [until = steady_clock::now() + std::chrono::seconds{what.baseline_s}] {
      return steady_clock::now() < until;
    });
  group.stop(away);
  auto begin = steady_clock::now();
  writes.fill(what.messages);
  auto filled_s = seconds_since(begin);
  begin = steady_clock::now();
  group.start(away);
  // On a thread of its own: asking waits for the logs, and sending must not.
  std::atomic<bool> level = false;
  std::atomic<bool> over = false;
  std::thread watch{[&] {
    while (!level && steady_clock::now() < begin + patience) {
      level = writes.is_level(away);
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    over = true;
  }};
  auto meanwhile = writes.steady(what.rate, [&] { return !over; });
  watch.join();
  auto level_s = seconds_since(begin);
  std::printf("{\"messages\":%llu,\"by\":\"%s\",\"shards\":%u,\"rate\":%u,"
              "\"filled_s\":%.1f,\"level\":%s,\"level_s\":%.1f,"
              "\"before\":{\"sent\":%zu,\"p50_ms\":%.2f,\"p99_ms\":%.2f},"
              "\"meanwhile\":{\"sent\":%zu,\"p50_ms\":%.2f,\"p99_ms\":%.2f}}\n",
              static_cast<unsigned long long>(what.messages), what.by.c_str(),
              what.shards, what.rate, filled_s, level.load() ? "true" : "false",
              level_s, before.sent, before.p50_ms, before.p99_ms,
              meanwhile.sent, meanwhile.p50_ms, meanwhile.p99_ms);
  return level ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  arguments what;
  CLI::App app{"Measures how a replica that was away comes level."};
  app.add_option("--messages", what.messages, "That it lacks");
  app.add_option("--by", what.by, "How it gets them")
    ->check(CLI::IsMember({"log", "snapshot"}));
  app.add_option("--rate", what.rate, "Messages a second meanwhile")
    ->check(CLI::Range(1, 100'000));
  app.add_option("--shards", what.shards)->check(CLI::Range(1, 1024));
  app.add_option("--baseline", what.baseline_s, "Seconds of sending before");
  CLI11_PARSE(app, argc, argv);
  return measure(what);
}
