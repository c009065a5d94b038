#pragma once

#include "cluster/member/cluster_map.hpp"
#include "tests/sim/whole/encounters.hpp"

#include <map>
#include <string>

/// What the stores of the nodes say in the end.
namespace parley::sim {

/// All that is replicated of a shard, and how far it has come.
std::string state_of(const storage::store& db, cluster::shard_id shard);

/// The first row in which two nodes differ, for people.
std::string difference(const storage::store& a, const storage::store& b,
                       cluster::shard_id shard);

/// What waits for being told to others, for people.
std::string outbox_of(const storage::store& db, cluster::shard_id shard);

/// Whether nothing waits for being told to others.
bool outbox_is_empty(const storage::store& db, cluster::shard_id shard);

/// Compares a conversation as it is stored with what clients know of it.
void compare(history& all, const storage::store& db, std::uint32_t shards,
             const conversation_id& where);

/// What there is of a queue; who is over only where that is asked for.
queue_view view_of(history& all, const storage::store& db, std::uint32_t shards,
                   const queue_name& name, bool with_over);

/// Where the owner's shard of an entity is.
using store_of = std::function<const storage::store&(cluster::shard_id)>;

/// Whether users and conversations agree on who belongs where, and users with
/// each other on who has blocked whom.
void compare_both_sides(history& all, const store_of& stores,
                        std::uint32_t shards,
                        const std::vector<user_id>& users);

/// Whether those who are in a match, and nobody else, can talk there.
void compare_matches(history& all, const store_of& stores, std::uint32_t shards,
                     const queue_view& q);

/// Whether a user has given the reaction that clients of the test give.
bool has_reacted(const storage::store& db, std::uint32_t shards,
                 const conversation_id& where, seq target, const user_id& by);

} // namespace parley::sim
