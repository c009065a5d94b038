#pragma once

#include "base/clock.hpp"
#include "cluster/member/member.hpp"
#include "cluster/presence/roster.hpp"
#include "cluster/router.hpp"
#include "conf/config.hpp"
#include "net/operations.hpp"
#include "net/server.hpp"
#include "net/signing_keys.hpp"
#include "storage/store.hpp"

#include <atomic>
#include <functional>
#include <mutex>

namespace parley::node {

/// What operators ask of the node. What is passed must outlive the object.
class node_operations final : public net::operations {
public:
  node_operations(const conf::config& with, storage::store& db,
                  cluster::member& member, cluster::router& router,
                  const actors::message_trace& trace, net::signing_keys& keys,
                  cluster::presence::roster& roster);

  /// From now on the node serves; until `draining`.
  void serving(const net::server& network);
  void draining();
  /// The node must not serve any more.
  void expelled(const std::string& why);

  net::readiness ready() const override;
  std::vector<net::status_row> status() const override;
  std::vector<cluster::entity_info> entities(std::size_t limit) const override;
  result<std::vector<net::dead_letter>>
  dead_letters(std::size_t limit) const override;
  std::optional<actors::message_track>
  trace(const conversation_id& conversation, seq at) const override;
  std::vector<std::string> queues() const override;
  std::string config() const override;
  result<std::string> rotate_keys(bool revoke) override;
  bool presence_shared() const override;
  void presence_of(const user_id& user,
                   std::function<void(cluster::presence::view)> then) override;
  void presence_nodes(
    std::function<void(cluster::presence::node_list)> then) override;

  /// Rotates the keys where there is none, or the newest is older than the
  /// configuration allows, and forgets those that verify nothing any more; if
  /// this node owns the map.
  void rotate_old_keys();

private:
  using key_change = std::function<auth::key_ring(const auth::key_ring&)>;

  /// Replaces the cluster's keys by what `make` makes of them. Waits for it.
  result<auth::key_ring> change_keys(key_change make);

  const conf::config& config_;
  storage::store& db_;
  cluster::member& member_;
  cluster::router& router_;
  const actors::message_trace& trace_;
  net::signing_keys& keys_;
  cluster::presence::roster& roster_;
  const steady_clock::time_point started_ = steady_clock::now();
  std::atomic<const net::server*> network_ = nullptr;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> is_expelled_ = false;
  /// Written before `is_expelled_` is set, and never again.
  std::string expulsion_;
  /// One rotation at a time.
  std::mutex rotation_;
};

/// The version of this build.
std::string_view version();

} // namespace parley::node
