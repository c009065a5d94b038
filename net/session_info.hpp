#pragma once

#include "base/ids.hpp"

#include <cstddef>
#include <string>

namespace parley::net {

/// A session as operators see it.
struct session_info {
  session_id id = 0;
  /// Empty while it is not authenticated.
  user_id user = {};
  std::string peer = {};
  std::int64_t age_ms = 0;
  std::size_t pending_calls = 0;
  std::size_t queue_bytes = 0;
};

} // namespace parley::net
