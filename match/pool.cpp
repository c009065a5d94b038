#include "match/pool.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace parley::match {

namespace {

constexpr auto never = std::numeric_limits<timestamp_ms>::max();
constexpr std::size_t void_times_max = 1024;

} // namespace

pool::pool(policy with)
  : policy_(std::move(with)), index_(policy_.attributes) {}

result<std::optional<pairing>> pool::arrive(ticket t, timestamp_ms now) {
  met_.forget(now);
  if (auto first = find(t.user))
    return error{errc::conflict,
                 "already waiting, with ticket " + std::to_string(first->t.id)};
  waiting fresh;
  fresh.want = t.asked.want;
  fresh.t = std::move(t);
  if (auto paired = match(fresh, now))
    return paired;
  if (tickets_.size() >= policy_.waiting_max)
    return error{errc::unavailable, "the queue is full", {}, 5'000};
  auto may_meet_at = fresh.due;
  auto& w = keep(std::move(fresh.t), false, now);
  schedule(w, may_meet_at);
  return std::optional<pairing>{};
}

void pool::restore(ticket t, timestamp_ms now) {
  schedule(keep(std::move(t), true, now), never);
}

outcome pool::advance(timestamp_ms now, std::size_t events_max) {
  outcome out;
  met_.forget(now);
  for (std::size_t i = 0; i < events_max && !due_.empty(); ++i) {
    auto first = due_.top();
    if (first.at > now)
      break;
    due_.pop();
    auto found = tickets_.find(first.id);
    if (found == tickets_.end() || found->second.due != first.at)
      continue;
    auto& w = found->second;
    if (w.t.gives_up_at() <= now) {
      out.expired.push_back(take(w));
      continue;
    }
    take_steps(w, now);
    w.due = never;
    auto paired = w.paused ? std::nullopt : match(w, now);
    if (paired)
      out.matched.push_back(std::move(*paired));
    else
      schedule(w, w.due);
  }
  return out;
}

std::optional<timestamp_ms> pool::next_due() {
  drop_void_times();
  if (due_.empty())
    return std::nullopt;
  return due_.top().at;
}

void pool::pause(const user_id& user) {
  auto found = by_user_.find(user);
  if (found == by_user_.end())
    return;
  found->second->paused = true;
  index_.show(*found->second);
}

std::optional<pairing> pool::resume(const user_id& user, timestamp_ms now) {
  auto found = by_user_.find(user);
  if (found == by_user_.end() || !found->second->paused)
    return std::nullopt;
  auto& w = *found->second;
  w.paused = false;
  index_.show(w);
  take_steps(w, now);
  auto paired = match(w, now);
  if (!paired)
    schedule(w, w.due);
  return paired;
}

std::optional<ticket> pool::leave(const user_id& user) {
  auto found = by_user_.find(user);
  if (found == by_user_.end())
    return std::nullopt;
  return take(*found->second);
}

void pool::avoid(const user_id& user, const user_id& other) {
  auto found = by_user_.find(user);
  if (found != by_user_.end())
    found->second->t.shun(other);
}

const waiting* pool::find(const user_id& user) const {
  auto found = by_user_.find(user);
  return found == by_user_.end() ? nullptr : found->second;
}

const waiting* pool::find(ticket_id id) const {
  auto found = tickets_.find(id);
  return found == tickets_.end() ? nullptr : &found->second;
}

std::int64_t pool::age_of(const ticket& t) const {
  return t.since / std::max<std::int64_t>(1, policy_.same_age.count());
}

std::optional<pairing> pool::match(waiting& w, timestamp_ms now) {
  w.due = never;
  auto other = best_for(w, now, w.due);
  if (other == nullptr)
    return std::nullopt;
  pairing out;
  out.found = take(*other);
  out.by = w.home == nullptr ? std::move(w.t) : take(w);
  out.shared_interests
    = shared(out.found.asked.interests, out.by.asked.interests);
  for (auto t : {&out.found, &out.by})
    waits_.add(milliseconds{now - t->since}, now);
  if (policy_.met_for.count() > 0)
    met(out.found.user, out.by.user, now + policy_.met_for.count());
  return out;
}

waiting* pool::best_for(const waiting& w, timestamp_ms now,
                        timestamp_ms& may_meet_at) const {
  waiting* best = nullptr;
  std::size_t best_shared = 0;
  std::size_t compared = 0;
  index_.search(w.t.asked.self, w.want, [&](waiting& other) {
    if (best && age_of(other.t) != age_of(best->t))
      return false;
    if (other.t.id == w.t.id || !accepts(w.want, other.t.asked.self)
        || !accepts(other.want, w.t.asked.self) || w.t.avoids(other.t.user)
        || other.t.avoids(w.t.user))
      return true;
    if (auto until = met_.until(w.t.user, other.t.user); until > now) {
      may_meet_at = std::min(may_meet_at, until);
      return true;
    }
    auto common = shared(w.t.asked.interests, other.t.asked.interests).size();
    if (!best || common > best_shared) {
      best = &other;
      best_shared = common;
    }
    return ++compared < compared_max;
  });
  return best;
}

void pool::take_steps(waiting& w, timestamp_ms now) {
  auto& steps = w.t.asked.steps;
  while (w.steps_taken < steps.size()
         && w.t.since + steps[w.steps_taken].after.count() <= now) {
    auto before = w.want;
    apply(steps[w.steps_taken], w.want);
    index_.widen(w, before, steps[w.steps_taken]);
    ++w.steps_taken;
  }
}

void pool::schedule(waiting& w, timestamp_ms may_meet_at) {
  w.due = std::min(w.t.gives_up_at(), may_meet_at);
  if (w.steps_taken < w.t.asked.steps.size())
    w.due = std::min(w.due,
                     w.t.since + w.t.asked.steps[w.steps_taken].after.count());
  due_.push({w.due, w.t.id});
  if (due_.size() > 2 * tickets_.size() + void_times_max)
    rebuild_times();
}

ticket pool::take(waiting& w) {
  index_.remove(w);
  by_user_.erase(w.t.user);
  auto out = std::move(w.t);
  tickets_.erase(out.id);
  return out;
}

waiting& pool::keep(ticket t, bool paused, timestamp_ms now) {
  auto id = t.id;
  auto& w = tickets_[id];
  w.want = t.asked.want;
  w.t = std::move(t);
  w.paused = paused;
  by_user_[w.t.user] = &w;
  index_.add(w);
  take_steps(w, now);
  return w;
}

void pool::rebuild_times() {
  std::vector<due_time> all;
  all.reserve(tickets_.size());
  for (auto& [id, w] : tickets_)
    all.push_back({w.due, id});
  due_ = due_times{std::greater<>{}, std::move(all)};
}

void pool::drop_void_times() {
  while (!due_.empty()) {
    auto found = tickets_.find(due_.top().id);
    if (found != tickets_.end() && found->second.due == due_.top().at)
      return;
    due_.pop();
  }
}

} // namespace parley::match
