#pragma once

#include "actors/gateway.hpp"
#include "net/inbox.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace parley::net {

/// The entities' way to the sessions of this node. Made before the entities and
/// the server, and outlives both; what is said before the server has started
/// waits for it, what is said after it has stopped is dropped.
class gateway final : public actors::gateway {
public:
  explicit gateway(std::size_t workers);

  std::size_t workers() const {
    return inboxes_.size();
  }

  inbox& inbox_of(std::size_t worker) {
    return *inboxes_[worker];
  }

  void answer(const actors::call_address& to,
              result<actors::reply> what) override;
  void publish(actors::publication what) override;
  void publish(actors::presence_change what) override;
  void subscribe(node_id node, session_id session,
                 const conversation_id& conversation, seq last_seq) override;
  void unsubscribe(node_id node, session_id session,
                   const conversation_id& conversation) override;
  void silence(node_id node, session_id session, timestamp_ms until) override;
  void tell(node_id node, session_id session, actors::signal what) override;
  void tell(actors::match_notice what) override;
  void tell(actors::settings_notice what) override;
  void close(node_id node, session_id session,
             actors::close_reason why) override;

  /// Nobody owns the shard, as far as this node knows: calls that went to it
  /// are answered with `unavailable`, for their answers may never come. Said
  /// after the router has heard of it, which keeps those that come from now on
  /// for the next owner.
  void shard_lost(std::uint16_t shard);

  /// The shard has a new owner, or its owner has begun a new term, or can be
  /// reached again; said after the router has heard of it. Its users' sessions
  /// are registered with it again, and sessions that have missed events of its
  /// conversations are sent `event.gap`. Calls as above, unless they were made
  /// since the shard was lost.
  void shard_moved(std::uint16_t shard);

private:
  void put_for(session_id session, task::any what);

  std::vector<std::unique_ptr<inbox>> inboxes_;
};

} // namespace parley::net
