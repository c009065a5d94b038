#pragma once

#include "cluster/link/frame.hpp"

#include <span>
#include <string_view>

namespace parley::cluster::link {

class connection;

/// Whoever a connection belongs to. May close it in any of these calls, or
/// hand it to somebody else.
class connection_events {
public:
  virtual ~connection_events() = default;

  /// The other side has proved that it holds the secret; frames may be sent.
  virtual void secured(connection& from) = 0;

  /// What the other side sent, but for what keeps the connection alive.
  virtual void received(connection& from, std::span<const frame> frames) = 0;

  /// It is gone, not by a call of `close`: nothing comes from it any more.
  virtual void closed(connection& from, std::string_view why) = 0;
};

} // namespace parley::cluster::link
