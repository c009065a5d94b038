#include "base/log.hpp"
#include "cluster/link/links.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

namespace parley::cluster::link {
namespace {

constexpr channel_id any = 20;

/// Counts what it hears, and sends it back where it is an echo.
class counter final : public link_listener {
public:
  void up(node_id, const link_terms&) override {
    linked = true;
    linked.notify_all();
  }

  void down(node_id) override {}

  void received(node_id from, std::span<const frame> frames) override {
    if (echo != nullptr)
      for (const auto& one : frames)
        echo->send(from, urgency::urgent, any, one.payload);
    heard += frames.size();
    heard.notify_all();
  }

  void asked(std::string, reply_to then) override {
    then(error{errc::unavailable});
  }

  std::atomic<bool> linked = false;
  std::atomic<std::uint64_t> heard = 0;
  links* echo = nullptr;
};

/// Two nodes in this process, each with its own thread, TLS between them.
struct two_nodes {
  two_nodes() {
    log::set_level(log::level::error);
    link_options opts;
    opts.cluster_name = "bench";
    opts.secret = "0123456789abcdef0123456789abcdef";
    a = links::open(opts).value();
    b = links::open(opts).value();
    a->start({1, 1}, from_b);
    b->start({2, 1}, from_a);
    a->set_peers({{2, b->address()}});
    b->set_peers({{1, a->address()}});
    from_b.linked.wait(false);
    from_a.linked.wait(false);
  }

  counter from_a;
  counter from_b;
  std::unique_ptr<links> a;
  std::unique_ptr<links> b;
};

void wait_for(counter& at, std::uint64_t count) {
  for (auto seen = at.heard.load(); seen < count; seen = at.heard.load())
    at.heard.wait(seen);
}

/// Frames of 200 bytes from one node to the other, as many as it takes.
void stream(benchmark::State& state) {
  two_nodes nodes;
  std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  std::uint64_t sent = 0;
  for (auto _ : state) {
    for (int i = 0; i < 1000;)
      if (nodes.a->send(2, urgency::normal, any, payload))
        ++i;
      else
        std::this_thread::yield();
    sent += 1000;
  }
  wait_for(nodes.from_a, sent);
  state.SetItemsProcessed(static_cast<std::int64_t>(sent));
  state.SetBytesProcessed(static_cast<std::int64_t>(sent * payload.size()));
}
BENCHMARK(stream)
  ->Name("link_stream")
  ->Arg(200)
  ->Arg(20'000)
  ->UseRealTime()
  ->MeasureProcessCPUTime();

/// There and back, with so many under way.
void round_trip(benchmark::State& state) {
  two_nodes nodes;
  nodes.from_a.echo = nodes.b.get();
  std::string payload(200, 'x');
  auto window = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t sent = 0;
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < window; ++i)
      nodes.a->send(2, urgency::urgent, any, payload);
    sent += window;
    wait_for(nodes.from_b, sent);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(sent));
}
BENCHMARK(round_trip)
  ->Name("link_round_trip")
  ->Arg(1)
  ->Arg(100)
  ->UseRealTime()
  ->MeasureProcessCPUTime();

} // namespace
} // namespace parley::cluster::link
