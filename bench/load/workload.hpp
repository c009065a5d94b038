#pragma once

#include "bench/load/session.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace parley::bench {

/// Who talks to whom.
struct circle {
  /// Empty for the direct conversation of two.
  std::string conversation = {};
  /// The first of them among all people.
  std::size_t first = 0;
  std::size_t members = 2;
  /// The first so many of them write.
  std::size_t senders = 2;
};

/// What the sessions of one worker do. All calls come from the worker's thread.
class workload {
public:
  virtual ~workload() = default;

  /// The session is connected, authenticated and has caught up.
  virtual void on_here(session&) {}

  /// A message of the session's was acknowledged.
  virtual void on_acknowledged(session&) {}

  /// Another call of the session's was answered, well or not.
  virtual void on_answer(session&, call_kind, const heard&) {}

  /// The session was told of a match.
  virtual void on_match(session&, const heard&) {}

  /// The run is in another phase from now on.
  virtual void on_phase(phase) {}

  /// Does what is due, and returns when it wants to be called again.
  virtual std::int64_t tick(std::int64_t now_us) = 0;

  /// Gives up connections that do not answer.
  virtual void check_timeouts(std::int64_t now_us) = 0;

  /// Whether everything of the phase has been done, so that the next may come.
  virtual bool is_done(phase what) const = 0;
};

} // namespace parley::bench
