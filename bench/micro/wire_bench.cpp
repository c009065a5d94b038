#include "actors/type_ids.hpp"
#include "actors/wire/wire.hpp"
#include "bench/micro/deaf_gateway.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <utility>

namespace parley::actors::wire {
namespace {

const conversation_id room{"g.01ARZ3NDEKTSV4RRFFQ69G5FAV"};

caf::message send_sample() {
  return caf::make_message(conversation_request{
    .from = {.user = user_id{"alice"}, .session = 12},
    .reply_to = call_address{.node = 2, .worker = 1, .call = 70'000},
    .body = send_message{.client_id = client_id{"0123456789abcdef"},
                         .type = "text",
                         .text = std::string(120, 'x')}});
}

publication publication_sample() {
  return {.conversation = room,
          .what
          = message{.conversation = room,
                    .at = 1'000,
                    .content = {.sender = user_id{"alice"},
                                .client_id = client_id{"0123456789abcdef"},
                                .ts = 1'700'000'000'123,
                                .ordinal = 1'000,
                                .type = "text",
                                .text = std::string(120, 'x')}},
          .except = 12};
}

void encode_send(benchmark::State& state) {
  auto to = cluster::key_of(room);
  auto what = send_sample();
  for (auto _ : state)
    benchmark::DoNotOptimize(encode(to, what));
}
BENCHMARK(encode_send);

void decode_send(benchmark::State& state) {
  auto bytes = encode(cluster::key_of(room), send_sample()).value();
  for (auto _ : state)
    benchmark::DoNotOptimize(decode(bytes, 1));
}
BENCHMARK(decode_send);

void encode_publication(benchmark::State& state) {
  auto what = publication_sample();
  for (auto _ : state)
    benchmark::DoNotOptimize(encode(what));
}
BENCHMARK(encode_publication);

void decode_publication(benchmark::State& state) {
  auto bytes = encode(publication_sample());
  bench::deaf_gateway nobody;
  for (auto _ : state)
    benchmark::DoNotOptimize(decode_into(bytes, nobody));
}
BENCHMARK(decode_publication);

} // namespace
} // namespace parley::actors::wire
