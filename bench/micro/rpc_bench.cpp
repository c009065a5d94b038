#include "net/rpc/method_table.hpp"
#include "net/rpc/parse.hpp"
#include "net/rpc/print.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace parley::net::rpc {
namespace {

constexpr std::uint32_t depth_max = 32;
const conversation_id room{"g.00000000000000000000000001"};

std::string send_frame() {
  return R"({"jsonrpc":"2.0","id":12345,"method":"message.send","params":{)"
         R"("conversation":"g.00000000000000000000000001",)"
         R"("client_id":"0123456789abcdef","text":")"
         + std::string(120, 'x') + R"("}})";
}

actors::message sample() {
  actors::message x{room, 1'000, {}};
  x.content.sender = user_id{"alice"};
  x.content.client_id = client_id{"0123456789abcdef"};
  x.content.ts = 1'700'000'000'123;
  x.content.type = "text";
  x.content.text = std::string(120, 'x');
  return x;
}

void parse_send(benchmark::State& state) {
  auto bytes = send_frame();
  for (auto _ : state)
    benchmark::DoNotOptimize(parse_frame(bytes, depth_max));
}
BENCHMARK(parse_send);

/// From the frame's bytes to the command for the entity.
void parse_and_prepare_send(benchmark::State& state) {
  auto bytes = send_frame();
  context with{user_id{"alice"}, false, 1'700'000'000'000, 1, 2};
  for (auto _ : state) {
    auto frame = parse_frame(bytes, depth_max);
    const auto& call = frame->calls.front();
    benchmark::DoNotOptimize(
      find_method(call.method)->prepare(call.params, with));
  }
}
BENCHMARK(parse_and_prepare_send);

void print_sent(benchmark::State& state) {
  const auto& method = *find_method("message.send");
  actors::reply what = actors::sent{room, 1'000, 1'700'000'000'123, false};
  for (auto _ : state)
    benchmark::DoNotOptimize(response("12345", method, what));
}
BENCHMARK(print_sent);

void print_message_event(benchmark::State& state) {
  actors::conversation_event what = sample();
  for (auto _ : state)
    benchmark::DoNotOptimize(notification(what));
}
BENCHMARK(print_message_event);

void print_history_of_50(benchmark::State& state) {
  const auto& method = *find_method("message.history");
  actors::reply what
    = actors::history_page{std::vector<actors::message>(50, sample()), true};
  for (auto _ : state)
    benchmark::DoNotOptimize(response("12345", method, what));
}
BENCHMARK(print_history_of_50);

} // namespace
} // namespace parley::net::rpc
