#include "node/node_operations.hpp"

#include "base/log.hpp"
#include "node/cluster_operations.hpp"
#include "node/keys.hpp"
#include "node/options.hpp"
#include "storage/scan_records.hpp"

#include <algorithm>
#include <future>
#include <unistd.h>

namespace parley::node {

namespace {

constexpr std::chrono::seconds rotation_patience{5};

} // namespace

std::string_view version() {
  return PARLEY_VERSION;
}

node_operations::node_operations(const conf::config& with, storage::store& db,
                                 cluster::member& member,
                                 cluster::router& router,
                                 const actors::message_trace& trace,
                                 net::signing_keys& keys,
                                 cluster::presence::roster& roster)
  : config_(with),
    db_(db),
    member_(member),
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

void node_operations::expelled(const std::string& why) {
  if (is_expelled_)
    return;
  expulsion_ = why;
  is_expelled_ = true;
}

net::readiness node_operations::ready() const {
  if (is_expelled_)
    return {false, expulsion_};
  if (!network_)
    return {false, "starting"};
  if (draining_)
    return {false, "draining"};
  if (auto may = router_.admit(); !may)
    return {false, may.error().detail};
  auto seen = member_.map();
  const auto* row = seen->find(member_.self());
  if (row && row->state != cluster::node_state::up)
    return {false, to_string(row->state)};
  // Without a majority there is none for any shard. A few that are on their
  // way to another node are no reason to send everybody elsewhere.
  auto lacking = without_owner(member_);
  if (lacking * 2 > seen->shards.size())
    return {false, "no owner for " + std::to_string(lacking) + " shards"};
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
        cluster::entity_kind::directory, cluster::entity_kind::queue,
        cluster::entity_kind::moderation})
    rows.push_back({"entities_" + std::string{to_string(kind)},
                    static_cast<std::int64_t>(router_.live(kind))});
  rows.push_back({"data_dir", config_.data_dir});
  rows.push_back(
    {"storage_free_bytes", static_cast<std::int64_t>(space.free_bytes)});
  rows.push_back({"storage_full", space.full});
  return rows;
}

result<std::vector<net::dead_letter>>
node_operations::dead_letters(std::size_t limit) const {
  std::vector<net::dead_letter> found;
  for (std::uint32_t shard = 0; shard < config_.shards.count; ++shard) {
    auto seen = storage::scan_records<storage::dead_letter_record>(
      db_, storage::dead_letter_range(static_cast<storage::shard_id>(shard)),
      [&](auto, auto letter) {
        if (found.size() < limit)
          found.push_back({shard, std::move(letter)});
        return found.size() < limit;
      });
    if (!seen)
      return seen.error();
  }
  return found;
}

std::vector<cluster::entity_info>
node_operations::entities(std::size_t limit) const {
  return router_.entities(limit);
}

std::optional<actors::message_track>
node_operations::trace(const conversation_id& conversation, seq at) const {
  return trace_.find(conversation, at);
}

std::vector<std::string> node_operations::queues() const {
  std::vector<std::string> names;
  for (const auto& [name, rules] : config_.queues)
    names.push_back(name);
  return names;
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

result<auth::key_ring> node_operations::change_keys(key_change make) {
  std::lock_guard held{rotation_};
  struct change {
    auth::key_ring next;
    std::promise<result<void>> done;
  };
  auto under_way = std::make_shared<change>();
  auto done = under_way->done.get_future();
  member_.change_here(
    [this, under_way, make = std::move(make)](
      const cluster::cluster_map&) -> result<storage::write_set> {
      auto ring = load_keys(db_);
      if (!ring)
        return ring.error();
      under_way->next = make(*ring);
      return key_rows(*ring, under_way->next);
    },
    [under_way](result<void> outcome) {
      under_way->done.set_value(std::move(outcome));
    });
  if (done.wait_for(rotation_patience) != std::future_status::ready)
    return error{errc::unavailable, "the cluster map does not answer"};
  if (auto outcome = done.get(); !outcome)
    return outcome.error();
  return under_way->next;
}

result<std::string> node_operations::rotate_keys(bool revoke) {
  auto life = config_.auth.token_life;
  auto changed = change_keys([life, revoke](const auth::key_ring& ring) {
    auto next = rotated(ring, system_clock().now_ms(), life);
    return revoke ? next.without_retired() : next;
  });
  if (!changed)
    return changed.error();
  auto kid = changed->signer()->kid;
  log::info("keys_rotated", {{"kid", kid}, {"revoked", revoke}});
  return kid;
}

void node_operations::rotate_old_keys() {
  if (!member_.owns_map())
    return;
  auto ring = keys_.now();
  auto now = system_clock().now_ms();
  const auto* signer = ring->signer();
  if (!signer
      || now - signer->created_at >= config_.auth.key_rotation.count()) {
    if (auto done = rotate_keys(false); !done)
      log::warning("keys_not_rotated", {{"why", done.error().detail}});
    return;
  }
  const auto& keys = ring->keys();
  if (std::none_of(keys.begin(), keys.end(),
                   [&](auto& key) { return key.dead(now); }))
    return;
  auto done = change_keys(
    [now](const auth::key_ring& old) { return old.without_dead(now); });
  if (!done)
    log::warning("keys_not_forgotten", {{"why", done.error().detail}});
}

} // namespace parley::node
