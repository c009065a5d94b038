#pragma once

#include "actors/services.hpp"
#include "base/metrics.hpp"
#include "cluster/carrier.hpp"
#include "cluster/member/member.hpp"
#include "net/server.hpp"
#include "net/signing_keys.hpp"
#include "node/remote_gateway.hpp"

#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace parley::node {

/// What this node and the others of its cluster do for each other: carries
/// requests to the entities of others and back, brings what others say to the
/// sessions here, and tells router and sessions when a shard has another
/// owner. What is passed to `connect` must live until `member::stop`.
class neighbours final : public cluster::carrier,
                         public cluster::member_listener {
public:
  neighbours(cluster::member& member, storage::store& db)
    : member_(member), db_(db) {}

  /// Before `member::run`.
  void connect(actors::services& with, remote_gateway& sessions,
               net::signing_keys& keys);

  /// From now on sessions are told of what concerns them.
  void serve(net::server& network);

  /// Tells the nodes that something for their sessions could not be sent to, as
  /// soon as there is room, and refuses what was too large to be sent. Call a
  /// few times a second.
  void tell_doubtful();

  /// Why this node must not serve any more; nothing as long as it may.
  std::optional<std::string> expulsion() const;

  /// The node's way to the gateways of the others.
  node_links links();

  bool carry(node_id to, const cluster::entity_key& key,
             const caf::message& what, unsigned hops) override;
  void refuse(const caf::message& what, const error& why) override;

private:
  void owner_changed(cluster::shard_id shard,
                     const cluster::shard_owner& now) override;
  void arrived(node_id from, std::uint8_t tag, std::string_view bytes) override;
  void reachable(node_id node) override;
  void lost(node_id node) override;
  void map_changed(const cluster::cluster_map& now) override;
  void expelled(const std::string& why) override;

  void note_doubtful(node_id node);
  void attach_anew(node_id owner);
  void refuse(const actors::reply_address& to, const error& why);
  void tell_sessions(cluster::shard_id shard);

  cluster::member& member_;
  storage::store& db_;
  actors::services* with_ = nullptr;
  remote_gateway* sessions_ = nullptr;
  net::signing_keys* keys_ = nullptr;
  std::atomic<net::server*> network_ = nullptr;
  mutable std::mutex guard_;
  /// Something for their sessions was lost on the way, such as that one is
  /// closed.
  std::set<node_id> doubtful_;
  /// Requests that do not go over a link, to be refused.
  std::vector<caf::message> too_large_;
  /// One of the two is not empty.
  std::atomic<bool> any_doubtful_ = false;
  std::optional<std::string> expulsion_;
  prometheus::Counter& changes_
    = metrics::counter("parley_cluster_owner_changes_total",
                       "Times that a shard was seen with another owner, or "
                       "its owner in another term.");
};

} // namespace parley::node
