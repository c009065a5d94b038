#pragma once

#include "actors/messages.hpp"

#include <cstdint>

namespace parley::actors {

/// What a decision depends on besides the command and the state.
struct asked {
  caller by;
  /// The time of day, for what is stored or told.
  timestamp_ms now = 0;
  /// The ticket of the write set, if there will be one.
  std::uint64_t ticket = 0;
  /// A time that never jumps, for what lasts a while.
  timestamp_ms steady = 0;
};

} // namespace parley::actors
