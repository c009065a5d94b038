#include "actors/conversation_state.hpp"
#include "actors/factories.hpp"
#include "actors/type_ids.hpp"
#include "base/log.hpp"
#include "bench/micro/deaf_gateway.hpp"
#include "cluster/router.hpp"
#include "tests/support/actor_runtime.hpp"
#include "tests/support/lone_node.hpp"
#include "tests/support/test_store.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <stdexcept>
#include <string>

namespace parley::actors {
namespace {

const user_id alice{"alice"};
const user_id bob{"bob"};

send_message say(std::uint64_t number) {
  send_message out;
  out.to = bob;
  out.client_id = client_id{std::to_string(number) + ".1795000000000000"};
  out.type = "text";
  out.text = std::string(100, 'x');
  return out;
}

/// The rules alone, for a conversation of two: from the command to what is to
/// be written and told. Nothing is written.
void decide_and_apply_send(benchmark::State& state) {
  test::test_store files;
  conversation_state rules{files.db(), 1, direct_conversation(alice, bob)};
  if (!rules.load())
    state.SkipWithError("cannot load");
  std::uint64_t ticket = 0;
  for (auto _ : state) {
    ++ticket;
    auto got
      = rules.decide({{alice, 7}, 1'795'000'000'000, ticket}, say(ticket));
    if (!got.answer)
      state.SkipWithError("refused");
    benchmark::DoNotOptimize(got);
    rules.committed(ticket);
  }
}
BENCHMARK(decide_and_apply_send);

/// Counts answers, and tells nobody.
class counting_gateway final : public bench::deaf_gateway {
public:
  void answer(const call_address&, result<reply>) override {
    ++answered_;
    answered_.notify_one();
  }

  void wait_for(std::uint64_t count) {
    for (auto now = answered_.load(); now < count; now = answered_.load())
      answered_.wait(now);
  }

private:
  std::atomic<std::uint64_t> answered_ = 0;
};

/// The entities of a lone node, without sockets.
class entities {
public:
  entities() {
    log::set_level(log::level::off);
    test::own_all(router_, shards);
  }

  ~entities() {
    router_.stop(steady_clock::now() + std::chrono::seconds{10});
  }

  template <class Command>
  void ask(Command what) {
    ++asked_;
    router_.send(cluster::key_of(room_),
                 caf::make_message(conversation_request{
                   {alice, 7, false},
                   call_address{1, 0, asked_},
                   steady_us(),
                   conversation_command{std::move(what)}}));
  }

  /// Until all but `in_flight` are answered.
  void wait(std::uint64_t in_flight) {
    if (asked_ > in_flight)
      out_.wait_for(asked_ - in_flight);
  }

private:
  static constexpr std::uint32_t shards = 8;

  const conversation_id room_ = named_group(alice, "room");
  test::actor_runtime runtime_;
  test::test_store files_;
  test::lone_log log_{files_.db(), shards};
  counting_gateway out_;
  message_trace trace_;
  watchdog dog_{watchdog_options{}};
  services with_{system_clock(), out_, router_, trace_, dog_, {}};
  test::no_others others_;
  cluster::router router_{
    runtime_.system(), *log_, others_, factories(with_), {shards, 1000, {}}};
  std::uint64_t asked_ = 0;
};

/// To an entity and back, with so many under way: what the router and the
/// actor's mailbox cost.
void router_hop(benchmark::State& state) {
  entities at;
  at.ask(create_group{"t", false, {}});
  at.wait(0);
  auto window = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    at.ask(summarise{});
    at.wait(window - 1);
  }
  at.wait(0);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(router_hop)->Arg(1)->Arg(64)->MeasureProcessCPUTime()->UseRealTime();

/// The same for a message: decided, committed with an fsync, answered.
void send_through_entity(benchmark::State& state) {
  entities at;
  at.ask(create_group{"t", false, {}});
  at.wait(0);
  auto window = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t number = 0;
  for (auto _ : state) {
    auto message = say(++number);
    message.to = {};
    at.ask(std::move(message));
    at.wait(window - 1);
  }
  at.wait(0);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(send_through_entity)
  ->Arg(1)
  ->Arg(64)
  ->Arg(1024)
  ->MeasureProcessCPUTime()
  ->UseRealTime();

} // namespace
} // namespace parley::actors
