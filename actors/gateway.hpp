#pragma once

#include "actors/replies.hpp"

namespace parley::actors {

/// The way from entities to the sockets. Each call returns at once; what is
/// said to one session arrives in the order in which it was said. Safe to call
/// from any thread.
class gateway {
public:
  virtual ~gateway() = default;

  /// Answers a call. An answer to a call that has timed out is dropped.
  virtual void answer(const call_address& to, result<reply> what) = 0;

  /// Tells the sessions that are subscribed to the conversation.
  virtual void publish(publication what) = 0;

  /// Tells the sessions that watch the user.
  virtual void publish(presence_change what) = 0;

  /// From now on the session is told of the conversation. Where that is news
  /// to it and `last_seq` is not 0, it is sent `event.gap`, for it may have
  /// missed some.
  virtual void subscribe(node_id node, session_id session,
                         const conversation_id& conversation, seq last_seq)
    = 0;

  virtual void unsubscribe(node_id node, session_id session,
                           const conversation_id& conversation)
    = 0;

  /// Tells one session. Lost where it is slow.
  virtual void tell(node_id node, session_id session, signal what) = 0;

  /// Tells the user's sessions, wherever they are, or the one that is meant.
  virtual void tell(match_notice what) = 0;

  /// Tells the user's sessions, wherever they are, but for one.
  virtual void tell(settings_notice what) = 0;

  /// Closes the session's socket after what it has still to be told.
  virtual void close(node_id node, session_id session, close_reason why) = 0;

  /// The session's user may not speak until then; -1 is for good, and a time
  /// that is over lifts it.
  virtual void silence(node_id node, session_id session, timestamp_ms until)
    = 0;
};

} // namespace parley::actors
