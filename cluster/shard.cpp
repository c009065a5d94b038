#include "cluster/shard.hpp"

#include "base/check.hpp"
#include "base/limits.hpp"
#include "cluster/entity_runner.hpp"
#include "cluster/refusals.hpp"
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
             carrier& others, const std::vector<entity_factory>& factories)
  : home_{number, &log, this},
    system_(system),
    others_(others),
    factories_(factories) {}

void shard::deliver(const entity_key& key, caf::message what, unsigned hops,
                    entity_runner* by) {
  std::unique_lock guard{guard_};
  if (closed_)
    return;
  if (owner_.here)
    return deliver_here(key, std::move(what), by);
  auto refused = deliver_elsewhere(key, std::move(what), hops);
  guard.unlock();
  if (refused)
    others_.refuse(*refused, no_shard_owner());
}

void shard::deliver_to_all(entity_kind kind, const caf::message& what) {
  std::lock_guard guard{guard_};
  for (auto& [key, e] : entries_) {
    if (key.kind != kind)
      continue;
    if (e.stopping)
      e.waiting.push_back(what);
    else
      post(e.handle, what);
  }
}

/// What waits goes first, for the order of each sender's messages.
std::optional<caf::message> shard::deliver_elsewhere(const entity_key& key,
                                                     caf::message what,
                                                     unsigned hops) {
  held one{key, std::move(what), hops, steady_clock::now()};
  if (held_.empty() && carry(one))
    return std::nullopt;
  if (held_.size() >= limits::held_messages_max)
    return std::move(one.what);
  held_.push_back(std::move(one));
  // Where only the queue was full, there is nobody who says when it is not.
  if (held_.size() > 1)
    send_held();
  return std::nullopt;
}

bool shard::carry(const held& one) {
  return owner_.node != 0 && one.hops < limits::hops_max
         && others_.carry(owner_.node, one.key, one.what, one.hops);
}

void shard::set_owner(const shard_owner& owner) {
  std::lock_guard guard{guard_};
  auto was_here = owner_.here;
  // What was sent while there was none waits here for the next.
  if (was_here || owner_.node != 0)
    upset();
  owner_ = owner;
  // One who owned it in an earlier term starts from the store, too.
  if (was_here)
    for (auto& [key, e] : entries_)
      if (!e.stopping)
        ask_to_stop(e);
  send_held();
}

void shard::retry() {
  std::lock_guard guard{guard_};
  send_held();
}

void shard::send_held() {
  while (!held_.empty() && !closed_) {
    auto& one = held_.front();
    if (owner_.here)
      deliver_here(one.key, std::move(one.what));
    else if (!carry(one))
      return;
    held_.pop_front();
  }
}

void shard::expire(steady_clock::time_point before) {
  std::vector<caf::message> refused;
  {
    std::lock_guard guard{guard_};
    for (; !held_.empty() && held_.front().since <= before; held_.pop_front())
      refused.push_back(std::move(held_.front().what));
  }
  for (const auto& what : refused)
    others_.refuse(what, no_shard_owner());
}

void shard::deliver_here(const entity_key& key, caf::message what,
                         entity_runner* by) {
  auto found = entries_.find(key);
  auto lives = found != entries_.end();
  auto& e = lives ? found->second : start(key);
  e.used = steady_clock::now();
  by_use_.splice(by_use_.end(), by_use_, e.place);
  if (e.stopping)
    e.waiting.push_back(std::move(what));
  else if (lives && by != nullptr)
    by->tell(e.handle, std::move(what));
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
  std::vector<caf::message> refused;
  {
    std::lock_guard guard{guard_};
    refused = bury(key);
  }
  for (const auto& what : refused)
    others_.refuse(what, no_shard_owner());
}

std::vector<caf::message> shard::bury(const entity_key& key) {
  auto found = entries_.find(key);
  PARLEY_CHECK(found != entries_.end());
  auto waiting = std::move(found->second.waiting);
  by_use_.erase(found->second.place);
  entries_.erase(found);
  --live_[static_cast<std::size_t>(key.kind)];
  std::vector<caf::message> refused;
  for (auto& what : waiting) {
    if (closed_)
      break;
    if (owner_.here)
      deliver_here(key, std::move(what));
    else if (auto left = deliver_elsewhere(key, std::move(what), 0))
      refused.push_back(std::move(*left));
  }
  return refused;
}

void shard::stays(const entity_key& key) {
  std::lock_guard guard{guard_};
  auto found = entries_.find(key);
  PARLEY_CHECK(found != entries_.end());
  auto& e = found->second;
  e.stopping = false;
  // It counts as used, or the next sweep would ask the same ones again.
  e.used = steady_clock::now();
  by_use_.splice(by_use_.end(), by_use_, e.place);
  for (auto& what : std::exchange(e.waiting, {}))
    post(e.handle, std::move(what));
  if (stops_all())
    ask_to_stop(e);
}

void shard::ask_to_stop(entry& e) {
  e.stopping = true;
  caf::anon_send(e.handle, passivate{stops_all()});
}

void shard::passivate_idle(steady_clock::time_point before, std::size_t most) {
  std::lock_guard guard{guard_};
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
  std::lock_guard guard{guard_};
  closed_ = true;
  for (auto& [key, e] : entries_)
    if (!e.stopping)
      ask_to_stop(e);
}

std::size_t shard::size() const {
  std::lock_guard guard{guard_};
  return entries_.size();
}

std::size_t shard::live(entity_kind kind) const {
  std::lock_guard guard{guard_};
  return live_[static_cast<std::size_t>(kind)];
}

void shard::list(std::size_t limit, std::vector<entity_info>& into) const {
  std::lock_guard guard{guard_};
  auto now = steady_clock::now();
  for (auto i = by_use_.rbegin(); i != by_use_.rend() && limit > 0; ++i) {
    auto idle = std::chrono::duration_cast<std::chrono::milliseconds>(
      now - entries_.at(*i).used);
    into.push_back({*i, idle});
    --limit;
  }
}

} // namespace parley::cluster
