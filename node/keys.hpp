#pragma once

#include "auth/key_ring.hpp"
#include "base/error.hpp"
#include "storage/store.hpp"

#include <chrono>

/// The keys that sign tokens, which the cluster map holds for all nodes.
namespace parley::node {

/// Empty where this node's replica of the map has none (yet).
result<auth::key_ring> load_keys(const storage::store& db);

/// The writes that make the ring's rows those of `to`.
storage::write_set key_rows(const auth::key_ring& from,
                            const auth::key_ring& to);

/// The ring with a new key that signs.
auth::key_ring rotated(const auth::key_ring& ring, timestamp_ms now,
                       std::chrono::milliseconds token_life);

} // namespace parley::node
