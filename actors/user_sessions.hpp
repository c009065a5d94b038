#pragma once

#include "actors/decision.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parley::actors {

/// A socket that has authenticated as the user.
struct live_session {
  node_id node = 0;
  session_id session = 0;
  family_id family = {};
  std::string device_id = {};
  timestamp_ms since = 0;
};

/// The sessions that a user has now. In memory only: they end with the node
/// that has them, and that node says so.
class user_sessions {
public:
  /// Returns those that give way: the earlier of two of the same device, which
  /// may be the one that is added, or the oldest where there are too many. One
  /// that is there already replaces nobody.
  std::vector<closing> add(live_session s);

  /// Session 0 is all of the node. False where none is there.
  bool remove(node_id node, session_id session, timestamp_ms now);

  /// Takes out the sessions of a family, or all where `family` is empty.
  std::vector<closing> close(const family_id& family, close_reason why,
                             timestamp_ms now);

  bool empty() const {
    return sessions_.empty();
  }

  bool contains(session_id session) const;

  /// Whether both are there, and the one came after the other.
  bool is_newer(session_id one, session_id other) const;

  const std::vector<live_session>& all() const {
    return sessions_;
  }

  /// Since when the youngest is there; 0 where there is none.
  timestamp_ms latest() const;

  /// When the last session ended; 0 while there is one and where there was
  /// none.
  timestamp_ms gone_since() const {
    return gone_since_;
  }

  /// The user's absence is known to all: forget when it began.
  void absence_told() {
    gone_since_ = 0;
  }

private:
  std::vector<live_session>::iterator find(node_id node, session_id session);

  std::vector<live_session> sessions_;
  timestamp_ms gone_since_ = 0;
};

} // namespace parley::actors
