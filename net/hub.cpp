#include "net/hub.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace parley::net {

namespace {

constexpr std::size_t traced_sessions_max = 8;

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

// Whether the session is of the topic, asked of the shorter list.
template <class Topic>
bool linked(const std::vector<Topic*>& topics, Topic* topic,
            subscriber* session) {
  if (topics.size() < topic->second.size())
    return contains(topics, topic);
  return contains(topic->second, session);
}

template <class Map, class Topic>
void drop_member(Map& map, Topic* topic, subscriber* session) {
  erase_one(topic->second, session);
  if (topic->second.empty())
    map.erase(map.find(topic->first));
}

} // namespace

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
  auto* topic = &*conversations_.try_emplace(conversation).first;
  if (linked(session.conversations_, topic, &session))
    return false;
  topic->second.push_back(&session);
  session.conversations_.push_back(topic);
  return true;
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
  for (const auto& user : what.added)
    for (auto* session : sessions_of(user))
      subscribe(*session, what.conversation);
  told out;
  auto topic = conversations_.find(what.conversation);
  if (topic == conversations_.end())
    return out;
  for (auto* session : topic->second) {
    if (session->id() == what.except || session->user() == what.except_user
        || (!what.hidden.empty() && contains(what.hidden, session->user())))
      continue;
    if (event.at == 0) {
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
  for (const auto& user : what.removed)
    for (auto* session : sessions_of(user))
      unsubscribe(*session, what.conversation);
  return out;
}

told hub::publish(const encoded_presence& change) {
  told out;
  auto topic = watchers_.find(change.what.now.user);
  if (topic == watchers_.end())
    return out;
  for (auto* session : topic->second) {
    if (contains(change.what.hidden_from, session->user()))
      continue;
    auto given = session->tell_ephemeral(change.frame);
    ++(given ? out.delivered : out.dropped);
  }
  return out;
}

std::span<subscriber* const> hub::sessions_of(const user_id& user) const {
  auto found = users_.find(user);
  if (found == users_.end())
    return {};
  return found->second;
}

} // namespace parley::net
