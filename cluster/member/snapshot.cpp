#include "cluster/member/snapshot.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/thread_name.hpp"
#include "storage/codec.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>
#include <vector>

namespace parley::cluster {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

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
std::uint64_t random_copy() {
  std::random_device source;
  return std::uint64_t{source()} << 32 | source();
}

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
  : db_(db),
    opts_(opts),
    send_(std::move(send)),
    failed_(std::move(failed)),
    last_copy_(opts.stepped ? 0 : random_copy()) {
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

bool snapshot_sender::send(shard_id shard, node_id member,
                           const replica_position& at) {
  name which{shard, member};
  job fresh{shard, member, at, ++last_copy_, db_.look(), false, {}};
  if (opts_.stepped) {
    auto came_of_it = copy(fresh);
    finish(std::move(fresh), came_of_it);
    return true;
  }
  {
    std::lock_guard guard{mutex_};
    auto waits = std::any_of(jobs_.begin(), jobs_.end(), [&](const job& one) {
      return name{one.shard, one.member} == which;
    });
    auto kept = kept_.find(which);
    if (waits || busy_ == which || (kept != kept_.end() && kept->second.sent))
      return false;
    auto goes_on = kept != kept_.end()
                   && kept->second.at.applied.index >= at.compacted.index;
    jobs_.push_back(std::move(goes_on ? kept->second : fresh));
    if (kept != kept_.end())
      kept_.erase(kept);
  }
  wake_.notify_one();
  return true;
}

bool snapshot_sender::heard(node_id from, std::string_view part) {
  storage::record_reader in{part};
  if (static_cast<part_kind>(in.version()) != part_kind::have)
    return false;
  std::uint32_t shard = 0;
  std::uint64_t copy = 0;
  std::string last;
  in(shard);
  in(copy);
  in(last);
  {
    std::lock_guard guard{mutex_};
    if (in.good() && busy_ == name{static_cast<shard_id>(shard), from}
        && busy_copy_ == copy)
      have_ = std::move(last);
  }
  wake_.notify_one();
  return true;
}

void snapshot_sender::link_broke(node_id node) {
  std::vector<std::pair<shard_id, raft::position>> lost;
  {
    std::lock_guard guard{mutex_};
    if (busy_ && busy_->second == node)
      broken_ = true;
    for (auto& [which, kept] : kept_)
      if (which.second == node && std::exchange(kept.sent, false))
        lost.emplace_back(which.first, kept.at.applied);
  }
  wake_.notify_one();
  for (const auto& [shard, upto] : lost)
    failed_(shard, node, upto);
}

void snapshot_sender::ended(shard_id shard, node_id member) {
  std::lock_guard guard{mutex_};
  kept_.erase({shard, member});
  ended_ = ended_ || busy_ == name{shard, member};
}

void snapshot_sender::run() {
  name_thread("parley:copies");
  std::unique_lock guard{mutex_};
  for (;;) {
    wake_.wait_for(guard, kept_.empty() ? milliseconds{1h} : milliseconds{1s},
                   [&] { return stopping_ || !jobs_.empty(); });
    if (stopping_)
      return;
    forget_old(guard);
    if (stopping_ || jobs_.empty())
      continue;
    auto next = std::move(jobs_.front());
    jobs_.pop_front();
    busy_ = {next.shard, next.member};
    busy_copy_ = next.copy;
    broken_ = ended_ = false;
    have_.reset();
    guard.unlock();
    auto came_of_it = copy(next);
    finish(std::move(next), came_of_it);
    guard.lock();
  }
}

/// What came of a copy that is whole on its way may have been lost as well.
void snapshot_sender::forget_old(std::unique_lock<std::mutex>& guard) {
  std::vector<std::pair<name, raft::position>> unheard_of;
  std::erase_if(kept_, [&, now = steady_clock::now()](const auto& one) {
    const auto& [which, what] = one;
    if (what.kept_until >= now)
      return false;
    if (what.sent)
      unheard_of.emplace_back(which, what.at.applied);
    return true;
  });
  guard.unlock();
  for (const auto& [which, upto] : unheard_of)
    failed_(which.first, which.second, upto);
  guard.lock();
}

void snapshot_sender::finish(job what, outcome came_of_it) {
  name which{what.shard, what.member};
  auto upto = what.at.applied;
  {
    std::lock_guard guard{mutex_};
    busy_.reset();
    if (broken_ && came_of_it == outcome::sent)
      came_of_it = outcome::broken;
    what.sent = came_of_it == outcome::sent;
    what.kept_until = steady_clock::now() + opts_.resume_within;
    if (came_of_it != outcome::unreadable && !ended_)
      kept_.insert_or_assign(which, std::move(what));
  }
  if (came_of_it != outcome::sent)
    failed_(which.first, which.second, upto);
}

snapshot_sender::outcome snapshot_sender::copy(const job& what) {
  auto last = begin(what);
  if (!last)
    return outcome::broken;
  if (!last->empty())
    log::info("shard_copy_goes_on",
              {{"shard", what.shard}, {"to", what.member}});
  auto came_of_it = send_rows(what, *last);
  if (came_of_it == outcome::sent
      && !send_all(what.member, begin_part(part_kind::end, what.shard).take()))
    return outcome::broken;
  return came_of_it;
}

/// The last key that the receiver has.
std::optional<std::string> snapshot_sender::begin(const job& what) {
  auto part = begin_part(part_kind::begin, what.shard);
  part(encode(what.at));
  part(what.copy);
  if (!send_all(what.member, part.take()))
    return std::nullopt;
  if (opts_.stepped)
    return std::string{};
  std::unique_lock guard{mutex_};
  wake_.wait_for(guard, patience,
                 [&] { return stopping_ || broken_ || have_; });
  return stopping_ || broken_ ? std::nullopt : std::exchange(have_, {});
}

snapshot_sender::outcome snapshot_sender::send_rows(const job& what,
                                                    const std::string& last) {
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
      = std::chrono::microseconds{sent * 1'000'000 / opts_.bytes_per_second};
    going = going && wait_until(started + due);
  };
  auto range = storage::log_keys{what.shard}.state();
  if (!last.empty())
    range.from = last + '\0';
  auto seen = what.rows.scan(range, [&](auto key, auto record) {
    part(std::string{key});
    part(std::string{record});
    held += key.size() + record.size();
    if (held >= opts_.part_bytes)
      flush();
    return going;
  });
  if (!seen) {
    log::error("shard_not_copied",
               {{"shard", what.shard}, {"why", seen.error().detail}});
    return outcome::unreadable;
  }
  if (going)
    flush();
  return going ? outcome::sent : outcome::broken;
}

bool snapshot_sender::send_all(node_id to, std::string_view part) {
  auto until = steady_clock::now() + patience;
  for (;;) {
    {
      std::lock_guard guard{mutex_};
      if (stopping_ || broken_ || steady_clock::now() >= until)
        return false;
    }
    if (send_(to, part))
      return true;
    if (opts_.stepped)
      return false;
    wait_until(steady_clock::now() + full_pause);
  }
}

/// False when there is no use in going on.
bool snapshot_sender::wait_until(steady_clock::time_point when) {
  std::unique_lock guard{mutex_};
  if (!opts_.stepped)
    wake_.wait_until(guard, when, [&] { return stopping_ || broken_; });
  return !stopping_ && !broken_;
}

// -- receiving ---------------------------------------------------------------

std::optional<arrived_snapshot> snapshot_receiver::take(node_id from,
                                                        std::string_view part) {
  storage::record_reader in{part};
  auto kind = static_cast<part_kind>(in.version());
  std::uint32_t number = 0;
  in(number);
  name which{from, static_cast<shard_id>(number)};
  if (kind == part_kind::begin) {
    begin(which, part);
    return std::nullopt;
  }
  auto found = open_.find(which);
  if (found == open_.end())
    return std::nullopt;
  if (kind == part_kind::end) {
    auto whole = std::move(found->second.what);
    open_.erase(found);
    return whole;
  }
  if (kind == part_kind::rows && add_rows(found->second, part))
    return std::nullopt;
  refuse(which, found->second);
  open_.erase(found);
  return std::nullopt;
}

void snapshot_receiver::begin(const name& which, std::string_view part) {
  forget_old();
  storage::record_reader in{part};
  in.version();
  std::uint32_t number = 0;
  std::string position;
  std::uint64_t copy = 0;
  in(number);
  in(position);
  in(copy);
  auto at = decode_position(position);
  if (!in.done() || !at)
    return;
  auto found = open_.find(which);
  if (found != open_.end() && found->second.copy != copy) {
    open_.erase(found);
    found = open_.end();
  }
  if (found == open_.end()) {
    auto rows
      = storage::range_replacement::begin(db_, std::to_string(++number_));
    if (!rows)
      return;
    // The replica's own rows come before all others. Its log begins behind
    // the state.
    at->compacted = at->applied;
    auto key = storage::log_keys{which.second}.position();
    if (!rows->put(key, encode(*at)))
      return;
    found = open_
              .emplace(which, arriving{{which.second, which.first,
                                        std::move(*at), std::move(*rows)},
                                       copy,
                                       {},
                                       {}})
              .first;
  }
  found->second.kept_until.reset();
  auto answer = begin_part(part_kind::have, which.second);
  answer(copy);
  answer(found->second.last);
  answer_(which.first, answer.take());
}

bool snapshot_receiver::add_rows(arriving& to, std::string_view part) {
  storage::record_reader in{part};
  in.version();
  std::uint32_t number = 0;
  in(number);
  auto range = storage::log_keys{to.what.shard}.state();
  while (!in.done()) {
    std::string key;
    std::string record;
    in(key);
    in(record);
    auto fits = in.good() && key >= range.from && key < range.to;
    if (!fits || !to.what.rows.put(key, record))
      return false;
    to.last = std::move(key);
  }
  return true;
}

void snapshot_receiver::refuse(const name& which, const arriving& what) {
  log::warning("snapshot_part_refused",
               {{"shard", which.second}, {"from", which.first}});
  answer_(which.first,
          encode(snapshot_outcome{which.second, what.what.at.applied, false}));
}

void snapshot_receiver::link_broke(node_id from) {
  forget_old();
  auto until = steady_clock::now() + opts_.resume_within;
  for (auto& [which, what] : open_)
    if (which.first == from)
      what.kept_until = until;
}

void snapshot_receiver::forget_old() {
  std::erase_if(open_, [now = steady_clock::now()](const auto& one) {
    return one.second.kept_until && *one.second.kept_until < now;
  });
}

} // namespace parley::cluster
