#include "cluster/shard.hpp"

#include "base/check.hpp"
#include "cluster/type_ids.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <utility>

namespace parley::cluster {

namespace {

void post(const caf::actor& to, caf::message what) {
  caf::actor_cast<caf::abstract_actor*>(to)->enqueue(
    nullptr, caf::make_message_id(), std::move(what), nullptr);
}

} // namespace

shard::shard(shard_id number, caf::actor_system& system, shard_log& log,
             const std::vector<entity_factory>& factories)
  : home_{number, &log, this}, system_(system), factories_(factories) {}

void shard::deliver(const entity_key& key, caf::message what) {
  std::lock_guard held{guard_};
  if (closed_)
    return;
  auto found = entries_.find(key);
  auto& e = found == entries_.end() ? start(key) : found->second;
  e.used = steady_clock::now();
  by_use_.splice(by_use_.end(), by_use_, e.place);
  if (e.stopping)
    e.waiting.push_back(std::move(what));
  else
    post(e.handle, std::move(what));
}

shard::entry& shard::start(const entity_key& key) {
  auto& e = entries_[key];
  e.place = by_use_.insert(by_use_.end(), key);
  e.used = steady_clock::now();
  e.handle = factories_.at(static_cast<std::size_t>(key.kind) - 1)(system_, key,
                                                                   home_);
  ++live_[static_cast<std::size_t>(key.kind)];
  return e;
}

void shard::stopped(const entity_key& key) {
  std::lock_guard held{guard_};
  auto found = entries_.find(key);
  PARLEY_CHECK(found != entries_.end());
  auto waiting = std::move(found->second.waiting);
  by_use_.erase(found->second.place);
  entries_.erase(found);
  --live_[static_cast<std::size_t>(key.kind)];
  if (waiting.empty() || closed_)
    return;
  auto& successor = start(key);
  for (auto& what : waiting)
    post(successor.handle, std::move(what));
}

void shard::stays(const entity_key& key) {
  std::lock_guard held{guard_};
  auto found = entries_.find(key);
  PARLEY_CHECK(found != entries_.end());
  auto& e = found->second;
  e.stopping = false;
  // It counts as used, or the next sweep would ask the same ones again.
  e.used = steady_clock::now();
  by_use_.splice(by_use_.end(), by_use_, e.place);
  for (auto& what : std::exchange(e.waiting, {}))
    post(e.handle, std::move(what));
  if (closed_)
    ask_to_stop(e);
}

void shard::ask_to_stop(entry& e) {
  e.stopping = true;
  caf::anon_send(e.handle, passivate{closed_});
}

void shard::passivate_idle(steady_clock::time_point before, std::size_t most) {
  std::lock_guard held{guard_};
  auto excess = entries_.size() > most ? entries_.size() - most : 0;
  for (auto& key : by_use_) {
    auto& e = entries_.at(key);
    if (e.used > before && excess == 0)
      return;
    if (excess > 0)
      --excess;
    if (!e.stopping)
      ask_to_stop(e);
  }
}

void shard::close() {
  std::lock_guard held{guard_};
  closed_ = true;
  for (auto& [key, e] : entries_)
    if (!e.stopping)
      ask_to_stop(e);
}

std::size_t shard::size() const {
  std::lock_guard held{guard_};
  return entries_.size();
}

std::size_t shard::live(entity_kind kind) const {
  std::lock_guard held{guard_};
  return live_[static_cast<std::size_t>(kind)];
}

void shard::list(std::size_t limit, std::vector<entity_info>& into) const {
  std::lock_guard held{guard_};
  auto now = steady_clock::now();
  for (auto i = by_use_.rbegin(); i != by_use_.rend() && limit > 0; ++i) {
    auto idle = std::chrono::duration_cast<std::chrono::milliseconds>(
      now - entries_.at(*i).used);
    into.push_back({*i, idle});
    --limit;
  }
}

} // namespace parley::cluster
