#include "node/neighbours.hpp"

#include "actors/factories.hpp"
#include "actors/type_ids.hpp"
#include "actors/wire/wire.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "cluster/router.hpp"
#include "node/keys.hpp"

#include <algorithm>
#include <utility>

namespace parley::node {

namespace {

/// The tag of what is for sessions; other tags say how many nodes a request
/// has come over.
constexpr std::uint8_t for_sessions = 0xFF;
/// Without payload: something for sessions of the receiver was lost. Those that
/// are attached to shards of the sender have to ask anew how they are.
constexpr std::uint8_t sessions_missed = 0xFE;

template <class Request>
const actors::reply_address* asker_of(const caf::message& what) {
  if (!what.match_element<Request>(0))
    return nullptr;
  return &what.get_as<Request>(0).reply_to;
}

const actors::reply_address* asker_of(const caf::message& what) {
  const auto* to = asker_of<actors::conversation_request>(what);
  if (!to)
    to = asker_of<actors::user_request>(what);
  if (!to)
    to = asker_of<actors::directory_request>(what);
  if (!to)
    to = asker_of<actors::queue_request>(what);
  if (!to)
    to = asker_of<actors::moderation_request>(what);
  return to;
}

} // namespace

void neighbours::connect(actors::services& with, remote_gateway& sessions,
                         net::signing_keys& keys) {
  with_ = &with;
  sessions_ = &sessions;
  keys_ = &keys;
}

void neighbours::serve(net::server& network) {
  network_ = &network;
}

node_links neighbours::links() {
  return {[this](node_id to, std::string_view bytes) {
            if (bytes.size() > cluster::member::send_bytes_max)
              log::error("too_large_for_link",
                         {{"node", to}, {"bytes", bytes.size()}});
            else if (!member_.send(to, for_sessions, bytes))
              note_doubtful(to);
          },
          [this] { return member_.others(); }};
}

/// It may have been that a session is closed, muted or sees no more of a
/// conversation, and whoever decided that has forgotten the session by now.
void neighbours::note_doubtful(node_id node) {
  std::lock_guard held{guard_};
  if (doubtful_.insert(node).second)
    log::warning("sessions_of_node_not_told", {{"node", node}});
  any_doubtful_ = true;
}

void neighbours::tell_doubtful() {
  if (!any_doubtful_)
    return;
  auto map = member_.map();
  std::vector<caf::message> refused;
  {
    std::lock_guard held{guard_};
    std::erase_if(doubtful_, [&](node_id node) {
      const auto* row = map->find(node);
      return !row || row->state == cluster::node_state::removed
             || member_.send(node, sessions_missed, {});
    });
    refused.swap(too_large_);
    any_doubtful_ = !doubtful_.empty();
  }
  for (const auto& what : refused)
    refuse(what, {errc::too_large, "more than goes to another node at once"});
}

std::optional<std::string> neighbours::expulsion() const {
  std::lock_guard held{guard_};
  return expulsion_;
}

/// Whoever is asked now would answer for a cluster that has gone on without it.
void neighbours::expelled(const std::string& why) {
  {
    std::lock_guard held{guard_};
    expulsion_ = why;
  }
  auto shards = member_.map()->shards.size();
  for (std::size_t i = 0; i < shards; ++i)
    with_->router.set_owner(static_cast<cluster::shard_id>(i), {});
}

bool neighbours::carry(node_id to, const cluster::entity_key& key,
                       const caf::message& what, unsigned hops) {
  auto bytes = actors::wire::encode(key, what);
  // What is of this node only, such as a tick, has nothing to do elsewhere.
  if (!bytes)
    return true;
  if (bytes->size() > cluster::member::send_bytes_max) {
    // Not from here, where the router may be locked.
    std::lock_guard held{guard_};
    too_large_.push_back(what);
    any_doubtful_ = true;
    return true;
  }
  return member_.send(to, static_cast<std::uint8_t>(hops), *bytes);
}

void neighbours::refuse(const caf::message& what, const error& why) {
  if (const auto* to = asker_of(what))
    refuse(*to, why);
}

void neighbours::refuse(const actors::reply_address& to, const error& why) {
  if (const auto* call = std::get_if<actors::call_address>(&to))
    sessions_->answer(*call, why);
  else if (const auto* asker = std::get_if<actors::entity_address>(&to))
    with_->router.send(asker->entity,
                       caf::make_message(actors::response{asker->token, why}));
}

void neighbours::owner_changed(cluster::shard_id shard,
                               const cluster::shard_owner& now) {
  if (expulsion())
    return;
  log::debug("owner_changed",
             {{"shard", shard}, {"here", now.here}, {"node", now.node}});
  with_->router.set_owner(shard, now);
  if (now.here || now.node != 0)
    changes_.Increment();
  if (now.here)
    if (auto woken = actors::wake_outboxes(*with_, db_, shard); !woken)
      log::error("outboxes_unread",
                 {{"shard", shard}, {"why", woken.error().detail}});
  if (now.here)
    if (auto healed = actors::heal_planted(*with_, db_, shard); !healed)
      log::error("handles_unread",
                 {{"shard", shard}, {"why", healed.error().detail}});
  if (now.here)
    actors::wake_queues(*with_, shard);
  if (now.here || now.node != 0)
    tell_sessions(shard);
  else if (auto* network = network_.load())
    network->shard_lost(shard);
}

void neighbours::tell_sessions(cluster::shard_id shard) {
  if (auto* network = network_.load())
    network->shard_moved(shard);
}

void neighbours::arrived(node_id from, std::uint8_t tag,
                         std::string_view bytes) {
  if (tag == sessions_missed)
    return attach_anew(from);
  if (tag == for_sessions) {
    if (auto told = sessions_->receive(bytes); !told)
      log::warning("unreadable_from_node",
                   {{"node", from}, {"why", told.error().detail}});
    return;
  }
  auto what = actors::wire::decode(bytes, actors::steady_us());
  if (!what) {
    log::warning("unreadable_from_node",
                 {{"node", from}, {"why", what.error().detail}});
    return;
  }
  if (auto* arrived = std::get_if<actors::wire::routed>(&*what)) {
    with_->router.send(arrived->to, std::move(arrived->what), tag + 1u);
    return;
  }
  auto& refused = std::get<actors::wire::refused>(*what);
  refuse(refused.to, refused.why);
}

// What it said while it could not be heard was missed.
void neighbours::reachable(node_id node) {
  with_->router.retry();
  attach_anew(node);
}

/// To the shards that the node owns.
void neighbours::attach_anew(node_id node) {
  auto shards = member_.map()->shards.size();
  for (std::size_t i = 0; i < shards; ++i) {
    auto shard = static_cast<cluster::shard_id>(i);
    if (member_.owner_of(shard).node != node)
      continue;
    with_->router.upset(shard);
    tell_sessions(shard);
  }
}

/// Its sessions ended with it; those that have not are told of again.
void neighbours::lost(node_id node) {
  log::info("node_lost", {{"node", node}});
  with_->router.send_to_all(
    cluster::entity_kind::user,
    caf::make_message(actors::user_request{
      {}, {}, actors::steady_us(), actors::detach{node, 0}}));
}

void neighbours::map_changed(const cluster::cluster_map& now) {
  auto moving = std::count_if(now.shards.begin(), now.shards.end(),
                              [](auto& row) { return row.moving(); });
  metrics::gauge("parley_cluster_shards_moving",
                 "Shards whose members are not yet those that are wanted.")
    .Set(static_cast<double>(moving));
  metrics::gauge("parley_cluster_nodes", "Members of the cluster.")
    .Set(static_cast<double>(now.members().size()));
  std::size_t replicas = 0;
  for (const auto& row : now.shards)
    replicas += row.placed.size();
  metrics::gauge("parley_cluster_replicas",
                 "Replicas of all shards, as placed.")
    .Set(static_cast<double>(replicas));
  auto ring = load_keys(db_);
  if (!ring)
    log::error("keys_unreadable", {{"why", ring.error().detail}});
  else if (ring->signer())
    keys_->put(std::move(*ring));
}

} // namespace parley::node
