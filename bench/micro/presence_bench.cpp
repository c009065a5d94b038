#include "cluster/presence/roster.hpp"
#include "cluster/presence/session_table.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace parley::cluster::presence {
namespace {

std::vector<user_id> users(std::size_t count) {
  std::vector<user_id> out;
  for (std::size_t i = 0; i < count; ++i)
    out.emplace_back("user" + std::to_string(i));
  return out;
}

/// A session that comes and goes among so many others, and what Redis is to be
/// told of it.
void come_and_go(benchmark::State& state) {
  session_table table{100'000};
  table.begin_generation();
  auto all = users(static_cast<std::size_t>(state.range(0)));
  for (const auto& one : all)
    table.opened(one, 1);
  while (!table.take_changes(1'000).empty())
    ;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto& who = all[i++ % all.size()];
    table.closed(who, 2);
    table.opened(who, 3);
    for (const auto& change : table.take_changes(100))
      table.told(change.user);
  }
}
BENCHMARK(come_and_go)->Arg(1'000)->Arg(100'000);

/// Who of 50 is there, on a node without Redis.
void look_up_50(benchmark::State& state) {
  roster table{{}, system_clock()};
  auto all = users(50);
  for (std::size_t i = 0; i < all.size(); i += 2)
    table.session_opened(all[i]);
  for (auto _ : state)
    table.look_up(all,
                  [](std::vector<view> got) { benchmark::DoNotOptimize(got); });
}
BENCHMARK(look_up_50);

} // namespace
} // namespace parley::cluster::presence
