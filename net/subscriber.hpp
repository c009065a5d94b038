#pragma once

#include "base/ids.hpp"
#include "net/frame.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace parley::net {

class subscriber;

/// Those who are told of a conversation or of a user's presence, or who are
/// the user.
using audience = std::vector<subscriber*>;

/// A conversation that sessions here are told of, and how far they have been.
struct conversation_audience {
  audience sessions = {};
  /// The last durable event that was handed out; 0 until the first.
  seq at = 0;
  /// When the first was, by the clock that does not jump; or, before it, the
  /// time of day when there came to be someone to tell.
  timestamp_ms since = 0;
  std::uint16_t shard = 0;
  /// What came before the next event may have been missed.
  bool doubtful = false;
};

using conversation_topic
  = std::pair<const conversation_id, conversation_audience>;
using user_topic = std::pair<const user_id, audience>;

/// A session as the hub sees it.
class subscriber {
public:
  virtual ~subscriber() = default;

  virtual session_id id() const = 0;
  virtual const user_id& user() const = 0;

  /// Each returns whether the frame will be written to the session.
  virtual bool tell_event(const conversation_id& conversation, seq at,
                          const frame_ptr& what)
    = 0;
  virtual bool tell_ephemeral(const frame_ptr& what) = 0;

  /// It may have missed events up to `last_seq`.
  virtual void tell_gap(const conversation_id& conversation, seq last_seq) = 0;

private:
  friend class hub;

  std::vector<conversation_topic*> conversations_;
  std::vector<user_topic*> watched_;
};

} // namespace parley::net
