#pragma once

#include "actors/replies.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/monotonic_clock.hpp"
#include "cluster/entity_key.hpp"
#include "net/shard_set.hpp"
#include "net/subscriber.hpp"

#include <cstddef>
#include <span>
#include <unordered_map>
#include <vector>

namespace parley::net {

/// An event of a conversation, encoded once for all sessions.
struct encoded_event {
  actors::publication what;
  /// Null where it is a position.
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
  /// Sent a gap because this node was not told of events.
  std::size_t missed = 0;
  /// The event came too late to be handed out.
  bool stale = false;
};

/// Who on one network thread is to be told of what. To be used on that thread
/// only.
///
/// The durable events of a conversation are handed out in order, each once.
/// They have no gaps, so where one is missing, because the owner died before it
/// told this node or the link was down, those who should have had it are sent
/// `event.gap`. What comes behind its time, from an owner that does not know
/// yet that it is none, is dropped.
class hub {
public:
  explicit hub(std::uint32_t shards = cluster::shards_default,
               const clock& time = system_clock(),
               const clock& ticks = monotonic_clock());

  /// From now on the session counts as its user's. It must `leave` before it
  /// dies.
  void join(subscriber& session);
  void leave(subscriber& session);

  /// False where it was subscribed already.
  bool subscribe(subscriber& session, const conversation_id& conversation);

  /// It is to be told of these and of no others. Sends a gap for those that are
  /// news to it.
  void subscribe_to(subscriber& session,
                    std::span<const conversation_id> conversations);
  void unsubscribe(subscriber& session, const conversation_id& conversation);

  /// Fails with `too_large` where it would watch too many users.
  result<void> watch(subscriber& session, std::span<const user_id> users);
  void unwatch(subscriber& session, std::span<const user_id> users);

  /// Tells who is to be told. Appends the first eight of them to `sessions`.
  told publish(const encoded_event& event, std::vector<session_id>& sessions);
  told publish(const encoded_presence& change);

  /// These shards have a new owner, and the old one may not have told all:
  /// returns the conversations whose position must be asked for, and counts in
  /// `out` those who are better told to look.
  std::vector<conversation_id> doubt(const shard_set& moved, told& out);

  /// Users of these shards whose presence is watched here.
  std::vector<user_id> watched_of(const shard_set& moved) const;

  /// The sessions of a user.
  std::span<subscriber* const> sessions_of(const user_id& user) const;

private:
  using conversation_topics
    = std::unordered_map<conversation_id, conversation_audience>;
  using user_topics = std::unordered_map<user_id, audience>;

  conversation_topic& topic_of(const conversation_id& conversation);
  void unsubscribe(subscriber& session, conversation_topic& topic);
  void compare(conversation_topic& topic, const actors::position& now,
               const actors::publication& what, told& out);
  void tell_missed(conversation_topic& topic, seq upto,
                   const actors::publication& what, told& out);
  void hand_out(conversation_topic& topic, const encoded_event& event,
                std::vector<session_id>& sessions, told& out);

  bool follows(conversation_topic& topic, seq at);

  const std::uint32_t shards_;
  const clock& time_;
  /// For how long ago something was.
  const clock& ticks_;
  conversation_topics conversations_;
  user_topics users_;
  user_topics watchers_;
};

} // namespace parley::net
