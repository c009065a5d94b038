#include "cluster/entity_key.hpp"

#include <algorithm>
#include <array>

namespace parley::cluster {

std::string_view to_string(entity_kind kind) {
  switch (kind) {
    case entity_kind::user: return "user";
    case entity_kind::conversation: return "conversation";
    case entity_kind::directory: return "directory";
    case entity_kind::queue: return "queue";
    case entity_kind::moderation: return "moderation";
  }
  return "unknown";
}

std::string entity_key::str() const {
  std::string text{to_string(kind)};
  text += ':';
  text += name.view();
  return text;
}

entity_key key_of(const user_id& id) {
  return {entity_kind::user, decltype(entity_key::name){id.view()}};
}

entity_key key_of(const conversation_id& id) {
  return {entity_kind::conversation, decltype(entity_key::name){id.view()}};
}

entity_key key_of(const queue_name& name) {
  return {entity_kind::queue, decltype(entity_key::name){name.view()}};
}

entity_key directory_of(std::string_view handle) {
  return {entity_kind::directory,
          decltype(entity_key::name){handle.substr(0, 2)}};
}

entity_key moderation_desk() {
  return {entity_kind::moderation, decltype(entity_key::name){"desk"}};
}

entity_key address_book_of(std::string_view hash) {
  std::string name{"addresses-"};
  name += hash.substr(0, 2);
  return {entity_kind::moderation, decltype(entity_key::name){name}};
}

shard_id shard_of(const entity_key& key, std::uint32_t shards) {
  // `str` without an allocation: all that goes to an entity comes by here.
  constexpr std::size_t kind_size_max = 16;
  std::array<char, kind_size_max + 1 + decltype(key.name)::size_max> text;
  auto kind = to_string(key.kind);
  auto end = std::copy(kind.begin(), kind.end(), text.begin());
  *end++ = ':';
  auto name = key.name.view();
  end = std::copy(name.begin(), name.end(), end);
  auto size = static_cast<std::size_t>(end - text.begin());
  return static_cast<shard_id>(hash64({text.data(), size}) % shards);
}

} // namespace parley::cluster
