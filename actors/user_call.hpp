#pragma once

#include "actors/replies.hpp"
#include "base/clock.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace parley::actors {

/// What becomes of a call's signal.
struct call_step {
  /// For sessions of the user: for `only`, or for all but `except`.
  struct telling {
    signal what;
    session_id only = 0;
    session_id except = 0;
  };

  /// For another user's entity.
  struct passing {
    user_id to;
    take_signal what;
  };

  /// Why the signal is refused; then nothing else is said or changed.
  result<void> verdict = {};
  std::vector<telling> tell = {};
  std::vector<passing> pass = {};
  /// The user has begun a call, or has answered one.
  bool begins = false;
  bool answers = false;
  /// Why the node has hung up in the other's name; empty where it has not.
  std::string_view hung_up = {};
};

struct call_options {
  /// How long a call that nobody answers rings.
  std::chrono::milliseconds ring{30'000};
  /// How long a call waits for the successor of the session that had it.
  std::chrono::milliseconds grace{10'000};
};

/// The call that one user is in, with one or more users of one conversation,
/// seen from the user's side. In memory only, like the sessions: a node that
/// dies forgets who is busy, and never a call that two browsers have with each
/// other. The next `offer` makes it known again. Times are those of a clock
/// that does not jump.
///
/// A call begins with `ring` or `offer` and ends with `hangup`, of its users or
/// of the node: that says why in its data's `reason`. The session that called
/// or answered has the call from then on; what others of the same user signal
/// is refused with `conflict`. A user is in one match at a time, so a call in
/// another match is over as soon as one begins in the next.
class user_call {
public:
  user_call(const user_id& self, const call_options& opts)
    : self_(self), opts_(opts) {}

  /// The user signals. `is_newer`: the session came after the one that has the
  /// call, which may be dead.
  call_step place(session_id from, const place_signal& m, timestamp_ms now,
                  bool is_newer = false);

  /// Another user signals. `reachable`: this one has sessions, and is one whom
  /// the other may call.
  call_step take(const take_signal& m, bool reachable, timestamp_ms now);

  /// The two are not to talk any more: it ends for both.
  call_step drop(const user_id& other);

  /// The session that has the call; 0 where none has.
  session_id session() const {
    return active() ? session_ : 0;
  }

  /// Whether that session is there. Where it is not, any other of the user may
  /// go on with the call for a while.
  void note_session(bool is_there, timestamp_ms now);

  /// Hangs up what has rung or waited for too long.
  call_step expire(timestamp_ms now);

  /// When `expire` has something to do.
  std::optional<timestamp_ms> due() const;

  bool active() const {
    return !others_.empty();
  }

private:
  void begin(const conversation_id& conversation);
  void leave_match_for(signal_kind kind, const conversation_id& next);
  bool is_in(const conversation_id& conversation) const;
  result<void> may_signal(session_id from, const place_signal& m,
                          bool is_newer = false) const;
  call_step place_call(session_id from, const place_signal& m,
                       timestamp_ms now);
  call_step place_hangup(session_id from, const place_signal& m);
  void take_over(session_id from, call_step& out);
  void pass_on(const place_signal& m, call_step& out) const;
  std::string_view why_not(const take_signal& m, bool reachable) const;
  void hang_up_on(const user_id& user, const conversation_id& conversation,
                  std::string_view reason, call_step& out) const;
  /// Tells the session that has the call, or all.
  void tell(signal what, call_step& out) const;
  void tell_end(const user_id& user, std::string_view reason, session_id except,
                call_step& out) const;

  const user_id self_;
  const call_options opts_;
  conversation_id conversation_;
  /// Who else is in it, and until when it rings; 0 once it was answered.
  std::map<user_id, timestamp_ms> others_;
  /// The session that has the call; 0 until it is answered.
  session_id session_ = 0;
  /// When that session ended; 0 while it is there.
  timestamp_ms gone_since_ = 0;
};

} // namespace parley::actors
