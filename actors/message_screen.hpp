#pragma once

#include "actors/messages.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace parley::actors {

/// A message that is to be accepted, or what one is to be changed to.
struct screened_text {
  conversation_id conversation = {};
  user_id sender = {};
  std::string type = {};
  std::string text = {};
  /// A JSON array, or empty.
  std::string attachments = {};
  /// The message that is changed; 0 for a new one.
  seq edits = 0;
};

/// What is to happen with it: an error refuses it; a text takes the place of
/// its own.
using screen_verdict = result<std::optional<std::string>>;

/// Looks at messages before they are accepted. Safe to call from any thread;
/// each call returns at once.
class message_screen {
public:
  virtual ~message_screen() = default;

  /// Calls `then` once, on any thread, perhaps before it returns, and within a
  /// time that is its own. Messages may be looked at in any order.
  virtual void look(screened_text what,
                    std::function<void(screen_verdict)> then)
    = 0;
};

/// From a screen to the entity that asked it.
struct screened {
  std::uint64_t token = 0;
  screen_verdict what = std::optional<std::string>{};
};

} // namespace parley::actors
