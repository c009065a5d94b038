#pragma once

#include "base/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace parley::net {

/// What a network thread has still to tell and ask the new owners of shards, in
/// portions, so that a failover with many sessions floods nobody.
class catch_up {
public:
  struct portion {
    /// To be registered.
    std::vector<session_id> sessions;
    /// To be asked for their position.
    std::vector<conversation_id> conversations;
    /// To be asked for their presence.
    std::vector<user_id> users;
  };

  static constexpr std::size_t sessions_max = 250;
  static constexpr std::size_t conversations_max = 250;
  static constexpr std::size_t users_max = 250;

  void add(session_id session) {
    sessions_.push_back(session);
  }

  void add(const std::vector<conversation_id>& conversations) {
    conversations_.insert(conversations_.end(), conversations.begin(),
                          conversations.end());
  }

  /// One that could not be registered; its turn is after `again`.
  void postpone(session_id session) {
    postponed_.push_back(session);
  }

  /// Their turn is not before `due_ms`.
  void add_later(std::int64_t due_ms, std::vector<user_id> users) {
    if (!users.empty())
      later_.emplace_back(due_ms, std::move(users));
  }

  /// The turn has come of what was postponed, and of what is due.
  void again(std::int64_t now_ms);

  bool empty() const {
    return sessions_.empty() && conversations_.empty() && users_.empty();
  }

  /// Takes out what is to be done next.
  portion take();

private:
  std::deque<session_id> sessions_;
  std::deque<conversation_id> conversations_;
  std::deque<user_id> users_;
  std::vector<session_id> postponed_;
  /// The earliest first.
  std::deque<std::pair<std::int64_t, std::vector<user_id>>> later_;
};

} // namespace parley::net
