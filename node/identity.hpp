#pragma once

#include "auth/key_ring.hpp"
#include "base/error.hpp"
#include "storage/store.hpp"

#include <chrono>
#include <cstdint>

/// What a node keeps about itself in its store.
namespace parley::node {

/// Writes the number of shards to a new store; refuses with `bad_config` to use
/// one that was made with another number, for every key would be elsewhere.
result<void> check_shards(storage::store& db, std::uint32_t shards);

/// The keys that sign tokens; a new store gets its first one.
result<auth::key_ring> load_keys(storage::store& db, timestamp_ms now,
                                 std::chrono::milliseconds token_life);

/// Makes a new key the one that signs, durably, and returns the new ring.
result<auth::key_ring> rotate_keys(storage::store& db,
                                   const auth::key_ring& ring, timestamp_ms now,
                                   std::chrono::milliseconds token_life);

} // namespace parley::node
