#include "net/hub.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace parley::net {

namespace {

constexpr std::size_t traced_sessions_max = 8;
// How far the clocks of two nodes may be apart.
constexpr timestamp_ms clock_skew_ms = 30'000;
// Longer than an owner's death goes unnoticed.
constexpr timestamp_ms owner_change_ms = 10'000;

template <class T>
bool contains(const std::vector<T>& list, const T& what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

// Order does not matter, so the last takes the place.
template <class T>
void erase_one(std::vector<T>& list, const T& what) {
  auto at = std::find(list.begin(), list.end(), what);
  if (at == list.end())
    return;
  *at = std::move(list.back());
  list.pop_back();
}

audience& members(conversation_audience& of) {
  return of.sessions;
}

audience& members(audience& of) {
  return of;
}

// Whether the session is of the topic, asked of the shorter list.
template <class Topic>
bool linked(const std::vector<Topic*>& topics, Topic* topic,
            subscriber* session) {
  if (topics.size() < members(topic->second).size())
    return contains(topics, topic);
  return contains(members(topic->second), session);
}

template <class Map, class Topic>
void drop_member(Map& map, Topic* topic, subscriber* session) {
  erase_one(members(topic->second), session);
  if (members(topic->second).empty())
    map.erase(map.find(topic->first));
}

bool hidden_from(const actors::publication& what, const user_id& user) {
  return !what.hidden.empty() && contains(what.hidden, user);
}

} // namespace

hub::hub(std::uint32_t shards, const clock& time, const clock& ticks)
  : shards_(shards), time_(time), ticks_(ticks) {}

void hub::join(subscriber& session) {
  users_[session.user()].push_back(&session);
}

void hub::leave(subscriber& session) {
  auto* self = &session;
  for (auto* topic : session.conversations_)
    drop_member(conversations_, topic, self);
  for (auto* topic : session.watched_)
    drop_member(watchers_, topic, self);
  session.conversations_ = {};
  session.watched_ = {};
  auto mine = users_.find(session.user());
  if (mine != users_.end())
    drop_member(users_, &*mine, self);
}

bool hub::subscribe(subscriber& session, const conversation_id& conversation) {
  auto* topic = &topic_of(conversation);
  if (linked(session.conversations_, topic, &session))
    return false;
  topic->second.sessions.push_back(&session);
  session.conversations_.push_back(topic);
  return true;
}

conversation_topic& hub::topic_of(const conversation_id& conversation) {
  auto [found, is_new] = conversations_.try_emplace(conversation);
  if (is_new) {
    found->second.since = time_.now_ms();
    found->second.shard
      = cluster::shard_of(cluster::key_of(conversation), shards_);
  }
  return *found;
}

void hub::subscribe_to(subscriber& session,
                       std::span<const conversation_id> conversations) {
  std::unordered_set<conversation_id> wanted{conversations.begin(),
                                             conversations.end()};
  // Those that it leaves are taken out of the list.
  auto present = session.conversations_;
  for (auto* topic : present)
    if (wanted.erase(topic->first) == 0)
      unsubscribe(session, *topic);
  for (const auto& conversation : wanted)
    if (subscribe(session, conversation))
      session.tell_gap(conversation,
                       std::max<seq>(1, topic_of(conversation).second.at));
}

void hub::unsubscribe(subscriber& session, conversation_topic& topic) {
  erase_one(session.conversations_, &topic);
  drop_member(conversations_, &topic, &session);
}

void hub::unsubscribe(subscriber& session,
                      const conversation_id& conversation) {
  auto topic = conversations_.find(conversation);
  if (topic != conversations_.end())
    unsubscribe(session, *topic);
}

result<void> hub::watch(subscriber& session, std::span<const user_id> users) {
  auto& watched = session.watched_;
  if (watched.size() + users.size() > limits::watched_users_max)
    return error{errc::too_large, "a session watches at most 5000 users",
                 "users"};
  for (const auto& user : users) {
    auto* topic = &*watchers_.try_emplace(user).first;
    if (linked(watched, topic, &session))
      continue;
    topic->second.push_back(&session);
    watched.push_back(topic);
  }
  return {};
}

void hub::unwatch(subscriber& session, std::span<const user_id> users) {
  for (const auto& user : users) {
    auto topic = watchers_.find(user);
    if (topic == watchers_.end())
      continue;
    erase_one(session.watched_, &*topic);
    drop_member(watchers_, &*topic, &session);
  }
}

told hub::publish(const encoded_event& event,
                  std::vector<session_id>& sessions) {
  const auto& what = event.what;
  told out;
  auto topic = conversations_.find(what.conversation);
  auto known = topic == conversations_.end() ? 0 : topic->second.at;
  if (event.at != 0 && event.at <= known) {
    out.stale = true;
    return out;
  }
  for (const auto& user : what.added)
    for (auto* session : sessions_of(user))
      subscribe(*session, what.conversation);
  topic = conversations_.find(what.conversation);
  if (topic == conversations_.end())
    return out;
  if (const auto* now = std::get_if<actors::position>(&what.what))
    compare(*topic, *now, what, out);
  else if (event.at != 0 && !follows(*topic, event.at))
    tell_missed(*topic, event.at, what, out);
  else
    hand_out(*topic, event, sessions, out);
  for (const auto& user : what.removed)
    for (auto* session : sessions_of(user))
      unsubscribe(*session, what.conversation);
  return out;
}

// Takes note of the event; false where one before it is missing.
bool hub::follows(conversation_topic& topic, seq at) {
  auto& here = topic.second;
  auto doubtful = std::exchange(here.doubtful, false);
  auto before = std::exchange(here.at, at);
  if (before != 0)
    return at == before + 1;
  here.since = ticks_.now_ms();
  return !doubtful;
}

void hub::hand_out(conversation_topic& topic, const encoded_event& event,
                   std::vector<session_id>& sessions, told& out) {
  const auto& what = event.what;
  for (auto* session : topic.second.sessions) {
    if (session->id() == what.except || session->user() == what.except_user
        || hidden_from(what, session->user()))
      continue;
    if (contains(what.gapped, session->user())) {
      session->tell_gap(what.conversation, event.at);
      ++out.gapped;
    } else if (event.at == 0) {
      auto given = session->tell_ephemeral(event.frame);
      ++(given ? out.delivered : out.dropped);
    } else if (session->tell_event(what.conversation, event.at, event.frame)) {
      ++out.delivered;
      if (sessions.size() < traced_sessions_max)
        sessions.push_back(session->id());
    } else {
      ++out.gapped;
    }
  }
}

// Where nothing has been handed out yet, what happened before anyone was there
// to be told is no loss.
void hub::compare(conversation_topic& topic, const actors::position& now,
                  const actors::publication& what, told& out) {
  auto& here = topic.second;
  auto doubtful = std::exchange(here.doubtful, false);
  if (now.at <= here.at)
    return;
  auto missed
    = here.at != 0 || (doubtful && now.ts + clock_skew_ms >= here.since);
  if (here.at == 0)
    here.since = ticks_.now_ms();
  here.at = now.at;
  if (missed)
    tell_missed(topic, now.at, what, out);
}

// The session that caused the last event has it as its answer.
void hub::tell_missed(conversation_topic& topic, seq upto,
                      const actors::publication& what, told& out) {
  for (auto* session : topic.second.sessions) {
    if (hidden_from(what, session->user()))
      continue;
    auto last = session->id() == what.except ? upto - 1 : upto;
    if (last == 0)
      continue;
    session->tell_gap(topic.first, last);
    ++out.missed;
  }
}

// Where the first event came only now, the one before it may have been the old
// owner's last, which it did not tell: too late to find out.
std::vector<conversation_id> hub::doubt(const shard_set& moved, told& out) {
  std::vector<conversation_id> asked;
  auto lately = ticks_.now_ms() - owner_change_ms;
  for (auto& topic : conversations_) {
    auto& here = topic.second;
    if (!moved.contains(here.shard))
      continue;
    asked.push_back(topic.first);
    if (here.at == 0)
      here.doubtful = true;
    else if (auto since = std::exchange(here.since, 0);
             since != 0 && since > lately)
      tell_missed(topic, here.at, {}, out);
  }
  return asked;
}

told hub::publish(const encoded_presence& change) {
  told out;
  auto topic = watchers_.find(change.what.now.user);
  if (topic == watchers_.end())
    return out;
  for (auto* session : topic->second) {
    const auto& only = change.what.only_to;
    if (contains(change.what.hidden_from, session->user())
        || (!only.empty() && !contains(only, session->user())))
      continue;
    auto given = session->tell_ephemeral(change.frame);
    ++(given ? out.delivered : out.dropped);
  }
  return out;
}

std::vector<user_id> hub::watched_of(const shard_set& moved) const {
  std::vector<user_id> out;
  for (const auto& [user, sessions] : watchers_)
    if (moved.contains(cluster::shard_of(cluster::key_of(user), shards_)))
      out.push_back(user);
  return out;
}

std::span<subscriber* const> hub::sessions_of(const user_id& user) const {
  auto found = users_.find(user);
  if (found == users_.end())
    return {};
  return found->second;
}

} // namespace parley::net
