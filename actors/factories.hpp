#pragma once

#include "actors/services.hpp"
#include "cluster/shard.hpp"

#include <vector>

namespace parley::actors {

/// How each kind of entity is started, in the place of its number less one.
/// `with` outlives the entities.
std::vector<cluster::entity_factory> factories(services& with);

/// Wakes the shard's entities that had something to tell others when their last
/// owner went down.
result<void> wake_outboxes(services& with, const storage::store& db,
                           storage::shard_id shard);

/// Has conversations read themselves whose ids somebody has signed up as, when
/// that could still be done: who blocked such a user became a member, and is
/// erased. Names those users in the log.
result<void> heal_planted(services& with, const storage::store& db,
                          storage::shard_id shard);

/// Starts the shard's queues: those who wait in them must not wait for somebody
/// to ask.
void wake_queues(services& with, storage::shard_id shard);

} // namespace parley::actors
