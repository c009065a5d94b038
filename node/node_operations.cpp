#include "node/node_operations.hpp"

#include "base/log.hpp"
#include "node/identity.hpp"
#include "node/options.hpp"

#include <unistd.h>

namespace parley::node {

std::string_view version() {
  return PARLEY_VERSION;
}

node_operations::node_operations(const conf::config& with, storage::store& db,
                                 cluster::router& router,
                                 const actors::message_trace& trace,
                                 net::signing_keys& keys,
                                 cluster::presence::roster& roster)
  : config_(with),
    db_(db),
    router_(router),
    trace_(trace),
    keys_(keys),
    roster_(roster) {}

void node_operations::serving(const net::server& network) {
  network_ = &network;
}

void node_operations::draining() {
  draining_ = true;
}

net::readiness node_operations::ready() const {
  if (!network_)
    return {false, "starting"};
  if (draining_)
    return {false, "draining"};
  if (auto may = router_.admit(); !may)
    return {false, may.error().detail};
  return {true, {}};
}

std::vector<net::status_row> node_operations::status() const {
  auto space = db_.look_at_space();
  auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
    steady_clock::now() - started_);
  auto state = ready();
  std::vector<net::status_row> rows{
    {"node", config_.node.name},
    {"version", std::string{version()}},
    {"pid", std::int64_t{getpid()}},
    {"state", state.ready ? "ready" : state.reason},
    {"uptime_s", std::int64_t{uptime.count()}},
  };
  if (auto network = network_.load()) {
    rows.push_back({"client", text_of(network->client_address())});
    rows.push_back({"ops", text_of(network->ops_address())});
    rows.push_back(
      {"connections", static_cast<std::int64_t>(network->connections())});
    rows.push_back(
      {"sessions", static_cast<std::int64_t>(network->sessions())});
  }
  rows.push_back({"shards", static_cast<std::int64_t>(config_.shards.count)});
  for (auto kind :
       {cluster::entity_kind::user, cluster::entity_kind::conversation,
        cluster::entity_kind::directory})
    rows.push_back({"entities_" + std::string{to_string(kind)},
                    static_cast<std::int64_t>(router_.live(kind))});
  rows.push_back({"data_dir", config_.data_dir});
  rows.push_back(
    {"storage_free_bytes", static_cast<std::int64_t>(space.free_bytes)});
  rows.push_back({"storage_full", space.full});
  return rows;
}

std::vector<cluster::entity_info>
node_operations::entities(std::size_t limit) const {
  return router_.entities(limit);
}

std::optional<actors::message_track>
node_operations::trace(const conversation_id& conversation, seq at) const {
  return trace_.find(conversation, at);
}

std::string node_operations::config() const {
  return conf::show(config_);
}

bool node_operations::presence_shared() const {
  return roster_.shared();
}

void node_operations::presence_of(
  const user_id& user, std::function<void(cluster::presence::view)> then) {
  roster_.look_up({user}, [then = std::move(then)](auto seen) {
    then(std::move(seen.front()));
  });
}

void node_operations::presence_nodes(
  std::function<void(cluster::presence::node_list)> then) {
  roster_.list_nodes(std::move(then));
}

result<std::string> node_operations::rotate_keys() {
  std::lock_guard held{rotation_};
  if (auto may = router_.admit(); !may)
    return may.error();
  auto next = ::parley::node::rotate_keys(
    db_, *keys_.now(), system_clock().now_ms(), config_.auth.token_life);
  if (!next)
    return next.error();
  auto kid = next->signer()->kid;
  keys_.put(std::move(*next));
  log::info("keys_rotated", {{"kid", kid}});
  return kid;
}

void node_operations::rotate_old_keys() {
  auto ring = keys_.now();
  auto age = system_clock().now_ms() - ring->signer()->created_at;
  if (age < config_.auth.key_rotation.count())
    return;
  if (auto rotated = rotate_keys(); !rotated)
    log::warning("keys_not_rotated", {{"why", rotated.error().detail}});
}

} // namespace parley::node
