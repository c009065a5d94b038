#pragma once

#include "actors/messages.hpp"
#include "base/ids.hpp"

namespace parley::net {

/// Who is told which users have sessions on this node. Called on network
/// threads; each call returns at once.
class session_listener {
public:
  virtual ~session_listener() = default;

  /// A session has authenticated as the user.
  virtual void session_opened(const user_id& user) = 0;

  /// It has ended. Said once for each that was opened.
  virtual void session_closed(const user_id& user) = 0;

  /// How a user with a session here is shown from now on.
  virtual void status_changed(const user_id& user, actors::presence_status now)
    = 0;
};

} // namespace parley::net
