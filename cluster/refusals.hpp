#pragma once

#include "base/error.hpp"

/// Why a shard does not take something now, as clients see it.
namespace parley::cluster {

/// What was decided belongs to a term of another owner.
inline error shard_moved() {
  return {errc::unavailable, "the shard has moved", {}, 100};
}

/// Asked of a node that does not own the shard.
inline error not_shard_owner() {
  return {errc::unavailable, "this node does not own the shard", {}, 200};
}

/// Nobody was found to own it in time.
inline error no_shard_owner() {
  return {errc::unavailable, "the shard has no owner now", {}, 500};
}

} // namespace parley::cluster
