#pragma once

#include "base/ids.hpp"
#include "storage/keys.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::cluster {

using storage::shard_id;

/// Fixed when a store is created unless configured otherwise.
inline constexpr std::uint32_t shards_default = 64;

enum class entity_kind : std::uint8_t {
  user = 1,
  conversation = 2,
  directory = 3,
  queue = 4,
  moderation = 5
};

inline constexpr std::size_t entity_kinds = 5;

/// "user", "conversation", "directory", "queue" or "moderation".
std::string_view to_string(entity_kind kind);

/// Names one entity of the cluster, wherever it lives.
struct entity_key {
  entity_kind kind = entity_kind::user;
  text_id<struct entity_name_tag, 32> name;

  /// "user:alice", as in logs and in the hash.
  std::string str() const;

  friend bool operator==(const entity_key&, const entity_key&) = default;
};

entity_key key_of(const user_id& id);
entity_key key_of(const conversation_id& id);
entity_key key_of(const queue_name& name);

/// The directory that keeps the handles starting with the same two letters.
entity_key directory_of(std::string_view handle);

/// Where reports are kept, and the log of what operators did about them.
entity_key moderation_desk();

/// The addresses kept out whose hashes start with the same two letters.
entity_key address_book_of(std::string_view hash);

/// `hash64("KIND:NAME") mod shards`: the same on every node and for ever.
shard_id shard_of(const entity_key& key, std::uint32_t shards);

} // namespace parley::cluster

template <>
struct std::hash<parley::cluster::entity_key> {
  std::size_t
  operator()(const parley::cluster::entity_key& key) const noexcept {
    return parley::hash64(key.name.view()) + static_cast<std::size_t>(key.kind);
  }
};
