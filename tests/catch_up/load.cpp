#include "tests/catch_up/load.hpp"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <thread>

namespace parley::cluster::test {

namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t in_flight_max = 4096;
/// How far behind is level: about what is sent within a heartbeat.
constexpr std::uint64_t lag_max = 16;

/// Who waits for answers, also after the one that sent has gone.
struct answers {
  std::mutex guard;
  std::condition_variable changed;
  std::uint64_t under_way = 0;
  std::vector<double> took_ms;

  void wait_below(std::uint64_t count) {
    std::unique_lock held{guard};
    changed.wait(held, [&] { return under_way < count; });
  }
};

storage::write_set message(shard_id shard, std::uint64_t number) {
  conversation_id id{"g.catch-up"};
  storage::conversation_keys keys{shard, id};
  storage::write_set out;
  out.put(keys.message(number), std::string(200, static_cast<char>(number)));
  out.put(keys.dedup(user_id{"somebody"}, client_id{std::to_string(number)}),
          std::string(12, 'd'));
  out.put(keys.head(), std::string(40, 'h'));
  return out;
}

double quantile(std::vector<double>& of, double q) {
  if (of.empty())
    return 0;
  std::sort(of.begin(), of.end());
  return of[static_cast<std::size_t>(static_cast<double>(of.size() - 1) * q)];
}

} // namespace

void load::send(shard_id shard, commit_callback then) {
  auto owner = group_.owner(shard);
  if (owner == 0)
    return then(error{errc::unavailable, "no owner"});
  auto& log = group_.at(owner).log();
  log.append(shard, log.term(shard), message(shard, ++next_[shard]),
             std::move(then));
}

latencies load::steady(std::uint32_t rate,
                       const std::function<bool()>& goes_on) {
  auto waiting = std::make_shared<answers>();
  auto begin = steady_clock::now();
  auto next_look = begin;
  for (std::uint64_t sent = 0;; ++sent) {
    auto due = begin + std::chrono::nanoseconds{sent * 1'000'000'000 / rate};
    std::this_thread::sleep_until(due);
    if (due >= next_look) {
      next_look = due + std::chrono::milliseconds{20};
      if (!goes_on())
        break;
    }
    {
      std::lock_guard held{waiting->guard};
      ++waiting->under_way;
    }
    send(static_cast<shard_id>(sent % shards_),
         [waiting, due](const result<void>& done) {
           std::chrono::duration<double, std::milli> took
             = steady_clock::now() - due;
           std::lock_guard held{waiting->guard};
           --waiting->under_way;
           if (done)
             waiting->took_ms.push_back(took.count());
           waiting->changed.notify_one();
         });
  }
  waiting->wait_below(1);
  std::lock_guard held{waiting->guard};
  return {waiting->took_ms.size(), quantile(waiting->took_ms, 0.5),
          quantile(waiting->took_ms, 0.99)};
}

void load::fill(std::uint64_t messages) {
  auto waiting = std::make_shared<answers>();
  std::uint64_t done_count = 0;
  // What a shard refuses while it has no owner is sent again by the next round.
  while (done_count < messages) {
    auto round = messages - done_count;
    for (std::uint64_t i = 0; i < round; ++i) {
      waiting->wait_below(in_flight_max);
      {
        std::lock_guard held{waiting->guard};
        ++waiting->under_way;
      }
      send(static_cast<shard_id>(i % shards_),
           [waiting](const result<void>& done) {
             std::lock_guard held{waiting->guard};
             --waiting->under_way;
             if (done)
               waiting->took_ms.push_back(0);
             waiting->changed.notify_one();
           });
    }
    waiting->wait_below(1);
    std::lock_guard held{waiting->guard};
    done_count += std::exchange(waiting->took_ms, {}).size();
  }
}

bool load::is_level(node_id member) {
  auto there = group_.replicas(member);
  std::vector<std::uint64_t> applied(shards_);
  for (const auto& r : there)
    if (r.shard < shards_)
      applied[r.shard] = r.applied;
  for (shard_id shard = 0; shard < shards_; ++shard) {
    auto owner = group_.owner(shard);
    if (owner == 0)
      return false;
    for (const auto& r : group_.replicas(owner))
      if (r.shard == shard && applied[shard] + lag_max < r.committed)
        return false;
  }
  return true;
}

} // namespace parley::cluster::test
