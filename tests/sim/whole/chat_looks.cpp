#include "tests/sim/whole/chat_run.hpp"
#include "tests/sim/whole/stores.hpp"

#include <algorithm>

// What a run looks at, while it goes on and in the end.
namespace parley::sim {

/// Whether all that was begun is done, and everyone knows.
bool chat_run::level() {
  if (!std::all_of(clients_.begin(), clients_.end(),
                   [](auto& c) { return c->idle(); }))
    return false;
  for (std::uint32_t i = 0; i < shards; ++i) {
    auto shard = static_cast<cluster::shard_id>(i);
    auto owner = owner_of(shard);
    if (owner == 0 || !outbox_is_empty(at(owner).life().db(), shard))
      return false;
    auto row = at(owner).life().member().map()->shards[i];
    if (row.moving())
      return false;
    auto state = state_of(at(owner).life().db(), shard);
    for (auto node : row.placed)
      if (state_of(at(node).life().db(), shard) != state)
        return false;
  }
  auto who = met_.unrest(queues(true));
  unrest_ = who.empty() ? "" : ": " + who;
  return who.empty();
}

/// One owner a term, and one that may answer at a time.
void chat_run::look_at_owners() {
  for (std::uint32_t i = 0; i < shards; ++i) {
    auto shard = static_cast<cluster::shard_id>(i);
    node_id holder = 0;
    for (auto& m : machines_) {
      if (!m->up() || m->paused())
        continue;
      auto& log = m->life().log();
      auto term = log.term(shard);
      if (term == 0)
        continue;
      auto [known, fresh]
        = owners_.try_emplace({shard, term >> cluster::loss_bits}, m->id());
      if (known->second != m->id())
        history_.fail("owners: node " + std::to_string(m->id()) + " and node "
                      + std::to_string(known->second) + " serve shard "
                      + std::to_string(shard) + " in one term");
      auto holds = false;
      m->enter([&] { holds = log.holds(shard, term); });
      if (holds && holder != 0)
        history_.fail("owners: node " + std::to_string(m->id()) + " and node "
                      + std::to_string(holder) + " answer for shard "
                      + std::to_string(shard));
      holder = holds ? m->id() : holder;
    }
    leaders_[i] = holder;
  }
}

/// Those of all queues that have an owner who may answer.
std::vector<queue_view> chat_run::queues(bool with_over) {
  std::vector<queue_view> out;
  for (const auto& name : encounters::queues())
    if (auto leader
        = leaders_[cluster::shard_of(cluster::key_of(name), shards)];
        leader != 0)
      out.push_back(
        view_of(history_, at(leader).life().db(), shards, name, with_over));
  return out;
}

void chat_run::look_at_queues(bool with_over) {
  look_at_owners();
  met_.look(queues(with_over));
}

/// How a session's node finds the entity of its user.
chat_run::way chat_run::way_of(node_id from, const user_id& user) const {
  const auto& m = at(from);
  if (!m.up())
    return {};
  auto shard = cluster::shard_of(cluster::key_of(user), shards);
  auto owner = m.life().member().owner_of(shard);
  return {m.lives(), owner.node,
          owner.here ? m.life().log().term(shard)
                     : net_.connection(from, owner.node)};
}

/// A session's node tells each new owner of its user that it is there.
void chat_run::look_at_sessions() {
  for (auto& c : clients_) {
    if (c->session() == 0)
      continue;
    const auto& call = calls_.at(c->session());
    if (!at(call.at).paused() && way_of(call.at, c->user()) != call.path)
      c->out_of_touch();
  }
}

void chat_run::inspect() {
  auto store = [this](cluster::shard_id shard) -> const storage::store& {
    return at(owner_of(shard)).life().db();
  };
  auto shard_at = [](const conversation_id& where) {
    return cluster::shard_of(cluster::key_of(where), shards);
  };
  for (const auto& where : history_.conversations())
    if (kind_of(where) != conversation_kind::match || met_.keeps_all())
      compare(history_, store(shard_at(where)), shards, where);
  history_.compare_reactions([&](auto& where, seq target, auto& by) {
    return has_reacted(store(shard_at(where)), shards, where, target, by);
  });
  std::vector<user_id> all;
  for (auto& c : clients_)
    all.push_back(c->user());
  compare_both_sides(history_, store, shards, all);
  auto stored = queues(true);
  met_.compare(stored);
  for (const auto& q : stored)
    compare_matches(history_, store, shards, q);
}

} // namespace parley::sim
