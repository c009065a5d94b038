#pragma once

#include "actors/gateway.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace parley::node {

/// How a node reaches the others. Both are called from any thread.
struct node_links {
  /// Queues the bytes for the node, or drops them where it can't be reached:
  /// its sessions find the gap when they hear from it again.
  std::function<void(node_id, std::string_view)> send;
  /// The other live nodes; none on a cluster of one.
  std::function<std::vector<node_id>()> others;
};

/// The entities' way to the sessions of all nodes.
///
/// What concerns one session goes to its node: straight to the local gateway
/// or, encoded, to another. What is published goes to the local gateway and,
/// encoded once, to every other node; nothing is encoded where there is none.
class remote_gateway final : public actors::gateway {
public:
  /// `local` must outlive this.
  remote_gateway(actors::gateway& local, node_id self, node_links links);

  /// Hands to the local gateway what another node's has sent, and no further.
  /// `corrupt` where it can't be read.
  result<void> receive(std::string_view bytes);

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

private:
  template <class Event>
  void tell_others(const Event& what);

  actors::gateway& local_;
  const node_id self_;
  const node_links links_;
};

} // namespace parley::node
