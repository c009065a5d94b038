#include "actors/user_sessions.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <utility>

namespace parley::actors {

std::vector<closing> user_sessions::add(live_session s) {
  std::vector<closing> replaced;
  auto replace = [&](auto i) {
    replaced.push_back({i->node, i->session, close_reason::replaced});
    sessions_.erase(i);
  };
  auto known = find(s.node, s.session);
  if (known != sessions_.end()) {
    known->family = std::move(s.family);
    return replaced;
  }
  auto same_device
    = std::find_if(sessions_.begin(), sessions_.end(), [&](auto& other) {
        return !s.device_id.empty() && other.device_id == s.device_id;
      });
  if (same_device != sessions_.end() && same_device->since > s.since)
    return {{s.node, s.session, close_reason::replaced}};
  if (same_device != sessions_.end())
    replace(same_device);
  if (sessions_.size() >= limits::sessions_per_user_max)
    replace(
      std::min_element(sessions_.begin(), sessions_.end(),
                       [](auto& a, auto& b) { return a.since < b.since; }));
  sessions_.push_back(std::move(s));
  gone_since_ = 0;
  return replaced;
}

bool user_sessions::contains(session_id session) const {
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [&](auto& s) { return s.session == session; });
}

bool user_sessions::is_newer(session_id one, session_id other) const {
  auto at = [&](session_id wanted) {
    return std::find_if(sessions_.begin(), sessions_.end(),
                        [&](auto& s) { return s.session == wanted; });
  };
  auto first = at(one);
  auto second = at(other);
  return first != sessions_.end() && second != sessions_.end()
         && first->since > second->since;
}

timestamp_ms user_sessions::latest() const {
  timestamp_ms out = 0;
  for (const auto& s : sessions_)
    out = std::max(out, s.since);
  return out;
}

std::vector<live_session>::iterator user_sessions::find(node_id node,
                                                        session_id session) {
  return std::find_if(sessions_.begin(), sessions_.end(), [&](auto& s) {
    return s.node == node && s.session == session;
  });
}

bool user_sessions::remove(node_id node, session_id session, timestamp_ms now) {
  auto removed = std::erase_if(sessions_, [&](auto& s) {
    return s.node == node && (session == 0 || s.session == session);
  });
  if (removed == 0)
    return false;
  if (sessions_.empty())
    gone_since_ = now;
  return true;
}

std::vector<closing> user_sessions::close(const family_id& family,
                                          close_reason why, timestamp_ms now) {
  std::vector<closing> closed;
  std::erase_if(sessions_, [&](auto& s) {
    if (!family.empty() && s.family != family)
      return false;
    closed.push_back({s.node, s.session, why});
    return true;
  });
  if (sessions_.empty() && !closed.empty())
    gone_since_ = now;
  return closed;
}

} // namespace parley::actors
