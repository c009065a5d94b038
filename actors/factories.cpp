#include "actors/factories.hpp"

#include "actors/conversation_entity.hpp"
#include "actors/directory_entity.hpp"
#include "actors/moderation_entity.hpp"
#include "actors/queue_entity.hpp"
#include "actors/user_entity.hpp"
#include "base/log.hpp"
#include "cluster/router.hpp"

#include <functional>
#include <set>
#include <string>

namespace parley::actors {

namespace {

template <class Entity>
cluster::entity_factory factory(services& with) {
  return [&with](caf::actor_system& system, const cluster::entity_key& key,
                 const cluster::entity_home& home) {
    return caf::actor_cast<caf::actor>(system.spawn<Entity>(&with, key, home));
  };
}

void wake_queue(services& with, const queue_name& name) {
  with.router.send(
    cluster::key_of(name),
    caf::make_message(queue_request{{}, {}, steady_us(), show_queue{}}));
}

/// Any command makes an entity read its state and its outbox with it.
void wake_owner(services& with, const storage::outbox_owner& owner) {
  if (owner.kind == 'm')
    with.router.send({cluster::entity_kind::moderation,
                      decltype(cluster::entity_key::name){owner.name}},
                     caf::make_message(moderation_request{
                       {}, {}, steady_us(), check_address{}}));
  else if (owner.kind == 'c')
    with.router.send(cluster::key_of(conversation_id{owner.name}),
                     caf::make_message(
                       conversation_request{{}, {}, steady_us(), summarise{}}));
  else if (owner.kind == 'q')
    wake_queue(with, queue_name{owner.name});
  else
    with.router.send(
      cluster::key_of(user_id{owner.name}),
      caf::make_message(user_request{{}, {}, steady_us(), show_user{}}));
}

} // namespace

std::vector<cluster::entity_factory> factories(services& with) {
  return {factory<user_entity>(with), factory<conversation_entity>(with),
          factory<directory_entity>(with), factory<queue_entity>(with),
          factory<moderation_entity>(with)};
}

result<void> wake_outboxes(services& with, const storage::store& db,
                           storage::shard_id shard) {
  std::set<std::pair<char, std::string>> owners;
  auto seen = db.scan(storage::outbox_range(shard), [&](auto key, auto) {
    if (auto owner = storage::outbox_owner_of(key))
      owners.emplace(owner->kind, owner->name);
    return true;
  });
  if (!seen)
    return seen;
  for (auto& [kind, name] : owners)
    wake_owner(with, {kind, name});
  return {};
}

result<void> heal_planted(services& with, const storage::store& db,
                          storage::shard_id shard) {
  std::set<std::string, std::less<>> planted;
  for (auto prefix : {"d.", "g.", "m."}) {
    auto seen
      = db.scan(storage::users_range(shard, prefix), [&](auto key, auto) {
          auto handle = storage::handle_of(key);
          if (parse_conversation_id(handle))
            planted.emplace(handle);
          return true;
        });
    if (!seen)
      return seen;
  }
  for (const auto& handle : planted) {
    log::warning("handle_is_a_conversation_s_id", {{"handle", handle}});
    wake_owner(with, {'c', handle});
  }
  return {};
}

void wake_queues(services& with, storage::shard_id shard) {
  for (const auto& [name, rules] : with.opts.queues)
    if (with.router.shard_number(cluster::key_of(queue_name{name})) == shard)
      wake_queue(with, queue_name{name});
}

} // namespace parley::actors
