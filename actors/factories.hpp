#pragma once

#include "actors/services.hpp"
#include "cluster/shard.hpp"

#include <vector>

namespace parley::actors {

/// How each kind of entity is started, in the order of `entity_kind`. `with`
/// outlives the entities.
std::vector<cluster::entity_factory> factories(services& with);

/// Wakes the entities that had something to tell others when the node went
/// down. Call once, when messages can be sent.
result<void> wake_outboxes(services& with, const storage::store& db,
                           std::uint32_t shards);

} // namespace parley::actors
