#include "auth/key_ring.hpp"
#include "auth/token.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace parley::auth {
namespace {

constexpr timestamp_ms now = 1'795'000'000'000;

key_ring ring() {
  return *key_ring::make({{"k1", std::string(32, 's'), now, 0}});
}

claims alice() {
  return {user_id{"alice"}, family_id{"01arz3ndektsv4rrffq69g5fav"}, false, now,
          now + 600'000};
}

void issue_token(benchmark::State& state) {
  auto keys = ring();
  for (auto _ : state)
    benchmark::DoNotOptimize(issue(keys, alice()));
}
BENCHMARK(issue_token);

/// What each connection and each HTTP call costs.
void check_token(benchmark::State& state) {
  auto keys = ring();
  auto token = issue(keys, alice());
  for (auto _ : state)
    if (!verify(keys, *token, now))
      state.SkipWithError("refused");
}
BENCHMARK(check_token);

} // namespace
} // namespace parley::auth
