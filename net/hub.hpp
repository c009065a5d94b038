#pragma once

#include "actors/replies.hpp"
#include "base/error.hpp"
#include "net/subscriber.hpp"

#include <cstddef>
#include <span>
#include <unordered_map>
#include <vector>

namespace parley::net {

/// An event of a conversation, encoded once for all sessions.
struct encoded_event {
  actors::publication what;
  frame_ptr frame;
  /// 0 where it is not durable.
  seq at = 0;
};

struct encoded_presence {
  actors::presence_change what;
  frame_ptr frame;
};

/// How many sessions were told, and how many were not because they are slow.
struct told {
  std::size_t delivered = 0;
  std::size_t gapped = 0;
  std::size_t dropped = 0;
};

/// Who on one network thread is to be told of what. To be used on that thread
/// only.
class hub {
public:
  /// From now on the session counts as its user's. It must `leave` before it
  /// dies.
  void join(subscriber& session);
  void leave(subscriber& session);

  /// False where it was subscribed already.
  bool subscribe(subscriber& session, const conversation_id& conversation);
  void unsubscribe(subscriber& session, const conversation_id& conversation);

  /// Fails with `too_large` where it would watch too many users.
  result<void> watch(subscriber& session, std::span<const user_id> users);
  void unwatch(subscriber& session, std::span<const user_id> users);

  /// Tells who is to be told. Appends the first eight of them to `sessions`.
  told publish(const encoded_event& event, std::vector<session_id>& sessions);
  told publish(const encoded_presence& change);

  /// The sessions of a user.
  std::span<subscriber* const> sessions_of(const user_id& user) const;

private:
  using conversation_topics = std::unordered_map<conversation_id, audience>;
  using user_topics = std::unordered_map<user_id, audience>;

  void unsubscribe(subscriber& session, conversation_topic& topic);

  conversation_topics conversations_;
  user_topics users_;
  user_topics watchers_;
};

} // namespace parley::net
