#include "match/queue.hpp"

#include <algorithm>
#include <utility>

namespace parley::match {

const char* to_string(ending why) {
  switch (why) {
    case ending::left: return "left";
    case ending::next: return "next";
    case ending::disconnected: return "disconnected";
    case ending::reported: return "reported";
  }
  return "left";
}

queue::queue(policy with, make_id fresh)
  : pool_(std::move(with)), fresh_(std::move(fresh)) {}

result<changes> queue::enqueue(ticket t, timestamp_ms now) {
  if (auto present = meeting_of(t.user))
    return error{errc::conflict, "already in the match " + present->id.str()};
  auto copy = t;
  auto paired = pool_.arrive(std::move(t), now);
  if (!paired)
    return paired.error();
  changes out;
  if (*paired)
    begin(std::move(**paired), now, out);
  else
    out.waiting.push_back(std::move(copy));
  return out;
}

changes queue::cancel(const user_id& user) {
  changes out;
  if (auto t = pool_.leave(user))
    out.gone.push_back({std::move(*t), removal::cancelled});
  if (!known(user))
    comes_back(user);
  return out;
}

result<changes> queue::leave(const user_id& user, ending why) {
  auto present = meeting_of(user);
  if (present == nullptr)
    return no_meeting();
  changes out;
  end(conversation_id{present->id}, why, user, out);
  return out;
}

result<changes> queue::next(const user_id& user, ticket_id id,
                            timestamp_ms now) {
  auto present = meeting_of(user);
  if (present == nullptr)
    return no_meeting();
  auto again = present->first.user == user ? present->first : present->second;
  again.id = id;
  again.since = now;
  changes out;
  end(conversation_id{present->id}, ending::next, user, out);
  auto then = enqueue(std::move(again), now);
  // The meeting is over, whatever comes of the ticket: a queue that is full is
  // told by the missing ticket.
  if (!then)
    return out;
  then->over = std::move(out.over);
  return then;
}

changes queue::expel(const user_id& user, ending why) {
  auto out = cancel(user);
  if (auto present = meeting_of(user))
    end(conversation_id{present->id}, why, user, out);
  return out;
}

void queue::away(const user_id& user, timestamp_ms now) {
  if (!known(user) || away_.contains(user))
    return;
  pool_.pause(user);
  stays_away(user, now + pool_.rules().away_grace.count());
}

changes queue::back(const user_id& user, timestamp_ms now) {
  changes out;
  comes_back(user);
  if (auto paired = pool_.resume(user, now))
    begin(std::move(*paired), now, out);
  return out;
}

changes queue::advance(timestamp_ms now, std::size_t events_max) {
  changes out;
  for (std::size_t i = 0; i < events_max && !away_by_time_.empty(); ++i) {
    auto [until, user] = *away_by_time_.begin();
    if (until > now)
      break;
    comes_back(user);
    if (auto t = pool_.leave(user))
      out.gone.push_back({std::move(*t), removal::disconnected});
    if (auto present = meeting_of(user))
      end(conversation_id{present->id}, ending::disconnected, user, out);
  }
  auto happened = pool_.advance(now, events_max);
  for (auto& t : happened.expired) {
    comes_back(t.user);
    out.gone.push_back({std::move(t), removal::expired});
  }
  for (auto& p : happened.matched)
    begin(std::move(p), now, out);
  return out;
}

std::optional<timestamp_ms> queue::next_due() {
  auto due = pool_.next_due();
  if (away_by_time_.empty())
    return due;
  auto first = away_by_time_.begin()->first;
  return due ? std::min(*due, first) : first;
}

void queue::restore(ticket t, timestamp_ms now) {
  auto user = t.user;
  pool_.restore(std::move(t), now);
  stays_away(user, now + pool_.rules().restart_grace.count());
}

void queue::restore(meeting m, timestamp_ms now) {
  auto until = now + pool_.rules().restart_grace.count();
  for (auto t : {&m.first, &m.second}) {
    by_user_[t->user] = m.id;
    stays_away(t->user, until);
  }
  auto id = m.id;
  meetings_[id] = std::move(m);
}

void queue::avoid(const user_id& user, const user_id& other) {
  pool_.avoid(user, other);
  auto found = by_user_.find(user);
  if (found == by_user_.end())
    return;
  auto& m = meetings_.at(found->second);
  (m.first.user == user ? m.first : m.second).shun(other);
}

const meeting* queue::meeting_of(const user_id& user) const {
  auto found = by_user_.find(user);
  return found == by_user_.end() ? nullptr : &meetings_.at(found->second);
}

void queue::begin(pairing p, timestamp_ms now, changes& out) {
  meeting m{fresh_(now), std::move(p.found), std::move(p.by),
            std::move(p.shared_interests), now};
  out.gone.push_back({m.first, removal::matched});
  // Who has just come was never stored as a ticket; to remove it is harmless.
  out.gone.push_back({m.second, removal::matched});
  by_user_[m.first.user] = m.id;
  by_user_[m.second.user] = m.id;
  out.begun.push_back(m);
  meetings_[m.id] = std::move(m);
}

void queue::end(const conversation_id& id, ending why, const user_id& by,
                changes& out) {
  auto found = meetings_.find(id);
  for (auto t : {&found->second.first, &found->second.second}) {
    by_user_.erase(t->user);
    comes_back(t->user);
  }
  out.over.push_back({std::move(found->second), why, by});
  meetings_.erase(found);
}

bool queue::known(const user_id& user) const {
  return pool_.find(user) != nullptr || by_user_.contains(user);
}

void queue::stays_away(const user_id& user, timestamp_ms until) {
  away_[user] = until;
  away_by_time_.emplace(until, user);
}

void queue::comes_back(const user_id& user) {
  auto found = away_.find(user);
  if (found == away_.end())
    return;
  away_by_time_.erase({found->second, user});
  away_.erase(found);
}

error queue::no_meeting() const {
  return {errc::not_found, "not in a match"};
}

} // namespace parley::match
