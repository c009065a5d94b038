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
  auto same_device
    = std::find_if(sessions_.begin(), sessions_.end(), [&](auto& other) {
        return !s.device_id.empty() && other.device_id == s.device_id;
      });
  if (same_device != sessions_.end())
    replace(same_device);
  if (sessions_.size() >= limits::sessions_per_user_max)
    replace(sessions_.begin());
  sessions_.push_back(std::move(s));
  gone_since_ = 0;
  return replaced;
}

bool user_sessions::remove(node_id node, session_id session, timestamp_ms now) {
  auto i = std::find_if(sessions_.begin(), sessions_.end(), [&](auto& s) {
    return s.node == node && s.session == session;
  });
  if (i == sessions_.end())
    return false;
  sessions_.erase(i);
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
