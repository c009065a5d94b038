#pragma once

#include "match/pool.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace parley::match {

/// Does what docs/matching.md says in the plainest way: looks at everybody who
/// waits, every time. And counts how often each was passed over.
class naive_pool {
public:
  struct person {
    ticket t = {};
    wish want = {};
    std::size_t steps_taken = 0;
    bool paused = false;
    timestamp_ms retry_at = never;
    /// Of those who waited when this one came, and those equally old.
    std::uint64_t ahead = 0;
    std::uint64_t passed_over = 0;
  };

  struct event {
    ticket_id found = 0;
    /// 0: `found` has expired.
    ticket_id by = 0;

    friend bool operator==(const event&, const event&) = default;
  };

  explicit naive_pool(policy with) : policy_(std::move(with)) {}

  std::vector<event> arrive(ticket t, timestamp_ms now) {
    person fresh;
    fresh.want = t.asked.want;
    fresh.t = std::move(t);
    fresh.ahead = people_.size();
    for (auto& each : people_)
      each.ahead += age_of(each) == age_of(fresh);
    people_.push_back(std::move(fresh));
    return look_for(people_.size() - 1, now);
  }

  std::vector<event> advance(timestamp_ms now) {
    std::vector<event> out;
    for (auto at = next(now); at != people_.size(); at = next(now)) {
      auto& p = people_[at];
      if (p.t.gives_up_at() <= now) {
        out.push_back({p.t.id, 0});
        remove(at);
        continue;
      }
      take_steps(p, now);
      p.retry_at = never;
      if (!p.paused)
        for (auto& each : look_for(at, now))
          out.push_back(each);
    }
    return out;
  }

  void pause(std::size_t at) {
    people_[at].paused = true;
  }

  std::vector<event> resume(std::size_t at, timestamp_ms now) {
    auto& p = people_[at];
    if (!p.paused)
      return {};
    p.paused = false;
    take_steps(p, now);
    return look_for(at, now);
  }

  void remove(std::size_t at) {
    people_.erase(people_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  const std::vector<person>& people() const {
    return people_;
  }

  bool suit(const person& a, const person& b, timestamp_ms now) const {
    return !a.paused && !b.paused && accepts(a.want, b.t.asked.self)
           && accepts(b.want, a.t.asked.self) && !avoid(a, b)
           && met_until(a, b) <= now;
  }

  /// What went against the rules; empty if nothing.
  std::string broken;

private:
  static constexpr auto never = std::numeric_limits<timestamp_ms>::max();

  timestamp_ms age_of(const person& p) const {
    return p.t.since / std::max<std::int64_t>(1, policy_.same_age.count());
  }

  static bool avoid(const person& a, const person& b) {
    return a.t.avoids(b.t.user) || b.t.avoids(a.t.user);
  }

  timestamp_ms met_until(const person& a, const person& b) const {
    auto found = met_.find(std::minmax(a.t.user, b.t.user));
    return found == met_.end() ? 0 : found->second;
  }

  timestamp_ms due(const person& p) const {
    auto out = std::min(p.retry_at, p.t.gives_up_at());
    auto& steps = p.t.asked.steps;
    if (p.steps_taken < steps.size())
      out = std::min(out, p.t.since + steps[p.steps_taken].after.count());
    return out;
  }

  std::size_t next(timestamp_ms now) const {
    auto best = people_.size();
    for (std::size_t i = 0; i < people_.size(); ++i)
      if (due(people_[i]) <= now
          && (best == people_.size() || due(people_[i]) < due(people_[best])))
        best = i;
    return best;
  }

  void take_steps(person& p, timestamp_ms now) {
    auto& steps = p.t.asked.steps;
    for (; p.steps_taken < steps.size(); ++p.steps_taken) {
      if (p.t.since + steps[p.steps_taken].after.count() > now)
        return;
      apply(steps[p.steps_taken], p.want);
    }
  }

  std::vector<event> look_for(std::size_t at, timestamp_ms now) {
    auto& me = people_[at];
    me.retry_at = never;
    auto best = people_.size();
    std::size_t best_shared = 0;
    for (std::size_t i = 0; i < people_.size(); ++i) {
      auto& other = people_[i];
      if (i == at || other.paused)
        continue;
      if (!suit(me, other, now)) {
        // Would they, but for having met?
        if (auto until = met_until(me, other);
            until > now && suit(me, other, until))
          me.retry_at = std::min(me.retry_at, until);
        continue;
      }
      auto common
        = shared(me.t.asked.interests, other.t.asked.interests).size();
      auto better
        = best == people_.size() || age_of(other) < age_of(people_[best])
          || (age_of(other) == age_of(people_[best]) && common > best_shared);
      if (better) {
        best = i;
        best_shared = common;
      }
    }
    if (best == people_.size())
      return {};
    count_passed_over(at, best, now);
    return {meet(best, at, now)};
  }

  void count_passed_over(std::size_t by, std::size_t found, timestamp_ms now) {
    for (std::size_t i = 0; i < people_.size(); ++i) {
      if (i == by || i == found || !suit(people_[by], people_[i], now))
        continue;
      if (age_of(people_[i]) < age_of(people_[found]))
        broken = "an older one was passed over";
      if (++people_[i].passed_over > people_[i].ahead)
        broken = "one was passed over more often than others were ahead";
    }
  }

  event meet(std::size_t found, std::size_t by, timestamp_ms now) {
    auto& a = people_[found].t;
    auto& b = people_[by].t;
    event out{a.id, b.id};
    if (policy_.met_for.count() > 0)
      met_[std::minmax(a.user, b.user)] = now + policy_.met_for.count();
    remove(std::max(found, by));
    remove(std::min(found, by));
    return out;
  }

  policy policy_;
  std::vector<person> people_;
  std::map<std::pair<user_id, user_id>, timestamp_ms> met_;
};

} // namespace parley::match
