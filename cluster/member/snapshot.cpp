#include "cluster/member/snapshot.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "storage/codec.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace parley::cluster {

using namespace std::chrono_literals;

namespace {

using part_kind = snapshot_part::kind;

/// A part starts with its kind and its shard.
storage::record_writer begin_part(part_kind kind, shard_id shard,
                                  std::size_t size_hint = 64) {
  storage::record_writer out{static_cast<std::uint8_t>(kind), size_hint};
  out(std::uint32_t{shard});
  return out;
}

constexpr auto full_pause = 2ms;
/// A link that takes nothing for so long is as good as gone.
constexpr auto patience = 10s;

} // namespace

std::string encode(const snapshot_outcome& what) {
  auto out = begin_part(part_kind::done, what.shard);
  out(what.upto.term);
  out(what.upto.index);
  out(what.installed);
  return out.take();
}

std::optional<snapshot_outcome> decode_outcome(std::string_view part) {
  storage::record_reader in{part};
  snapshot_outcome out;
  auto kind = in.version();
  std::uint32_t shard = 0;
  in(shard);
  in(out.upto.term);
  in(out.upto.index);
  in(out.installed);
  if (kind != static_cast<std::uint8_t>(part_kind::done) || !in.done())
    return std::nullopt;
  out.shard = static_cast<shard_id>(shard);
  return out;
}

// -- sending -----------------------------------------------------------------

snapshot_sender::snapshot_sender(const storage::store& db,
                                 const snapshot_options& opts, send_part send,
                                 give_up failed)
  : db_(db), opts_(opts), send_(std::move(send)), failed_(std::move(failed)) {
  if (!opts_.stepped)
    thread_ = std::thread{[this] { run(); }};
}

snapshot_sender::~snapshot_sender() {
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

void snapshot_sender::send(shard_id shard, node_id member,
                           const replica_position& at) {
  job next{shard, member, at, db_.look()};
  if (opts_.stepped) {
    if (!copy(next))
      failed_(shard, member, at.applied);
    return;
  }
  {
    std::lock_guard guard{mutex_};
    jobs_.push_back(std::move(next));
  }
  wake_.notify_one();
}

void snapshot_sender::run() {
  std::unique_lock guard{mutex_};
  for (;;) {
    wake_.wait(guard, [&] { return stopping_ || !jobs_.empty(); });
    if (stopping_)
      return;
    auto next = std::move(jobs_.front());
    jobs_.pop_front();
    guard.unlock();
    if (!copy(next))
      failed_(next.shard, next.member, next.at.applied);
    guard.lock();
  }
}

void snapshot_sender::pause_until(steady_clock::time_point due) {
  if (opts_.stepped)
    return;
  std::unique_lock guard{mutex_};
  wake_.wait_until(guard, due, [&] { return stopping_.load(); });
}

bool snapshot_sender::copy(const job& what) {
  auto begin = begin_part(part_kind::begin, what.shard);
  begin(encode(what.at));
  if (!send_all(what.member, begin.take()))
    return false;
  auto started = steady_clock::now();
  std::uint64_t sent = 0;
  auto going = true;
  auto part = begin_part(part_kind::rows, what.shard, 2 * opts_.part_bytes);
  std::size_t held = 0;
  auto flush = [&] {
    going = going && send_all(what.member, part.take());
    sent += std::exchange(held, 0);
    part = begin_part(part_kind::rows, what.shard, 2 * opts_.part_bytes);
    auto due
      = started
        + std::chrono::microseconds{sent * 1'000'000 / opts_.bytes_per_second};
    pause_until(due);
  };
  auto range = storage::log_keys{what.shard}.state();
  auto seen = what.rows.scan(range, [&](auto key, auto record) {
    part(std::string{key});
    part(std::string{record});
    held += key.size() + record.size();
    if (held >= opts_.part_bytes)
      flush();
    return going;
  });
  if (!seen)
    log::error("shard_not_copied",
               {{"shard", what.shard}, {"why", seen.error().detail}});
  if (!seen || !going)
    return false;
  flush();
  return going
         && send_all(what.member,
                     begin_part(part_kind::end, what.shard).take());
}

bool snapshot_sender::send_all(node_id to, std::string_view part) {
  auto until = steady_clock::now() + patience;
  while (!send_(to, part)) {
    if (opts_.stepped)
      return false;
    std::unique_lock guard{mutex_};
    if (stopping_ || steady_clock::now() >= until)
      return false;
    wake_.wait_for(guard, full_pause, [&] { return stopping_.load(); });
  }
  return true;
}

// -- receiving ---------------------------------------------------------------

std::optional<arrived_snapshot> snapshot_receiver::take(node_id from,
                                                        std::string_view part) {
  storage::record_reader in{part};
  auto kind = static_cast<part_kind>(in.version());
  std::uint32_t number = 0;
  in(number);
  auto shard = static_cast<shard_id>(number);
  auto name = std::pair{from, shard};
  if (kind == part_kind::begin) {
    open_.erase(name);
    std::string position;
    in(position);
    auto at = decode_position(position);
    if (!in.done() || !at)
      return std::nullopt;
    auto rows
      = storage::range_replacement::begin(db_, std::to_string(++number_));
    if (!rows)
      return std::nullopt;
    // The replica's own rows come before all others. Its log begins behind
    // the state.
    at->compacted = at->applied;
    if (rows->put(storage::log_keys{shard}.position(), encode(*at)))
      open_.emplace(
        name, arrived_snapshot{shard, from, std::move(*at), std::move(*rows)});
    return std::nullopt;
  }
  auto found = open_.find(name);
  if (found == open_.end())
    return std::nullopt;
  if (kind == part_kind::end) {
    auto whole = std::move(found->second);
    open_.erase(found);
    return whole;
  }
  auto range = storage::log_keys{shard}.state();
  while (!in.done()) {
    std::string key;
    std::string record;
    in(key);
    in(record);
    auto fits = in.good() && key >= range.from && key < range.to;
    if (!fits || !found->second.rows.put(key, record)) {
      log::warning("snapshot_part_refused", {{"shard", shard}, {"from", from}});
      open_.erase(found);
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void snapshot_receiver::drop(node_id from) {
  std::erase_if(open_, [&](auto& one) { return one.first.first == from; });
}

} // namespace parley::cluster
