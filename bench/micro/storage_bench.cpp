#include "base/log.hpp"
#include "storage/records.hpp"
#include "tests/support/lone_node.hpp"
#include "tests/support/temp_dir.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace parley::storage {
namespace {

message_record sample() {
  message_record x;
  x.sender = user_id{"alice"};
  x.client_id = client_id{"0123456789abcdef"};
  x.ts = 1'700'000'000'123;
  x.ordinal = 1'000;
  x.type = "text";
  x.text = std::string(120, 'x');
  return x;
}

void encode_message(benchmark::State& state) {
  auto record = sample();
  for (auto _ : state)
    benchmark::DoNotOptimize(encode(record));
}
BENCHMARK(encode_message);

void decode_message(benchmark::State& state) {
  auto bytes = encode(sample());
  for (auto _ : state)
    benchmark::DoNotOptimize(decode<message_record>(bytes));
}
BENCHMARK(decode_message);

/// The two keys of a message.
void encode_keys(benchmark::State& state) {
  conversation_keys keys{7, conversation_id{"g.01ARZ3NDEKTSV4RRFFQ69G5FAV"}};
  const user_id sender{"alice"};
  const client_id id{"0123456789abcdef"};
  seq at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(keys.message(++at));
    benchmark::DoNotOptimize(keys.dedup(sender, id));
  }
}
BENCHMARK(encode_keys);

/// What a message writes: itself, its dedup row and the conversation's head.
void put_message(write_set& to, shard_id shard, seq at) {
  static const auto message = encode(sample());
  static const auto dedup = encode(dedup_record{1'000, 1'700'000'000'123});
  conversation_keys keys{shard,
                         conversation_id{"g.01ARZ3NDEKTSV4RRFFQ69G5FAV"}};
  to.put(keys.message(at), message);
  to.put(keys.dedup(user_id{"alice"}, client_id{std::to_string(at)}), dedup);
}

void build_write_set(benchmark::State& state) {
  seq at = 0;
  for (auto _ : state) {
    write_set set;
    put_message(set, 7, ++at);
    benchmark::DoNotOptimize(set);
  }
}
BENCHMARK(build_write_set);

/// A store in a temporary directory.
struct scratch {
  scratch() {
    log::set_level(log::level::off);
    opts.dir = dir.path();
    auto opened = store::open(opts);
    if (!opened)
      throw std::runtime_error{opened.error().detail};
    db = std::move(*opened);
  }

  test::temp_dir dir;
  options opts;
  std::unique_ptr<store> db;
};

/// One fsync for a batch of so many messages.
void write_batch(benchmark::State& state) {
  scratch at;
  std::vector<write_set> sets(static_cast<std::size_t>(state.range(0)));
  std::vector<const write_set*> pointers;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    put_message(sets[i], 7, i);
    pointers.push_back(&sets[i]);
  }
  for (auto _ : state)
    if (!at.db->write(pointers))
      state.SkipWithError("write failed");
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(write_batch)->RangeMultiplier(10)->Range(1, 10'000)->UseRealTime();

/// Wakes its waiter once, not with every message.
class counter {
public:
  void add() {
    if (++done_ != wanted_)
      return;
    std::lock_guard guard{mutex_};
    changed_.notify_one();
  }

  void wait_for(std::size_t count) {
    wanted_ = count;
    std::unique_lock guard{mutex_};
    changed_.wait(guard, [&] { return done_ >= count; });
  }

private:
  std::atomic<std::size_t> done_ = 0;
  std::atomic<std::size_t> wanted_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
};

/// Messages through the logs of a lone node with so many in flight.
void commit_in_flight(benchmark::State& state) {
  scratch at;
  counter seen;
  test::lone_log log{*at.db, 64};
  auto window = static_cast<std::size_t>(state.range(0));
  std::size_t sent = 0;
  for (auto _ : state) {
    auto shard = static_cast<shard_id>(sent % 64);
    write_set writes;
    put_message(writes, shard, ++sent);
    log->append(shard, log->term(shard), std::move(writes),
                [&](const auto&) { seen.add(); });
    if (sent >= window)
      seen.wait_for(sent - window + 1);
  }
  seen.wait_for(sent);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(commit_in_flight)
  ->Arg(1)
  ->Arg(16)
  ->Arg(256)
  ->Arg(4'096)
  ->UseRealTime();

/// A page of 50 messages somewhere in a conversation of many.
void read_page(benchmark::State& state) {
  scratch at;
  constexpr seq messages = 200'000;
  conversation_keys keys{7, conversation_id{"g.01ARZ3NDEKTSV4RRFFQ69G5FAV"}};
  auto record = encode(sample());
  for (seq i = 0; i < messages; i += 1'000) {
    write_set set;
    for (seq j = i; j < i + 1'000; ++j)
      set.put(keys.message(j), record);
    const write_set* sets[] = {&set};
    if (!at.db->write(sets))
      state.SkipWithError("write failed");
  }
  seq from = 0;
  for (auto _ : state) {
    from = (from + 77'777) % (messages - 50);
    std::size_t bytes = 0;
    auto done = at.db->scan({keys.message(from), keys.message(from + 50)},
                            [&](auto, auto row) {
                              bytes += row.size();
                              return true;
                            });
    benchmark::DoNotOptimize(bytes);
    if (!done)
      state.SkipWithError("scan failed");
  }
}
BENCHMARK(read_page);

} // namespace
} // namespace parley::storage
