#pragma once

#include <cstdint>

namespace parley::actors::wire {

/// The first byte of everything, and for ever.
enum class kind : std::uint8_t {
  request = 1,
  response = 2,
  answer = 3,
  publication = 4,
  presence_change = 5,
  subscription = 6,
  closing = 7,
  session_signal = 8,
  match_notice = 10,
  silencing = 11,
  settings_notice = 12,
};

} // namespace parley::actors::wire
