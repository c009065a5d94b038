#pragma once

#include "storage/records.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <string>

/// What the writer writes and the test expects to find.
namespace parley::test {

inline constexpr std::uint32_t conversations = 8;
inline constexpr std::uint32_t shards = 4;

/// What the writer says through its pipe: this message is committed.
struct ack {
  std::uint64_t conversation = 0;
  seq at = 0;
};

inline storage::options writer_options(const char* dir) {
  storage::options opts;
  opts.dir = dir;
  // Small memtables: the kills are to meet flushes and compactions too.
  opts.reserve_bytes = 8u << 20;
  opts.block_cache_bytes = 8u << 20;
  return opts;
}

inline storage::shard_id shard_of(std::uint32_t conversation) {
  return static_cast<storage::shard_id>(conversation % shards);
}

inline storage::conversation_keys keys_of(std::uint32_t conversation) {
  auto id = "g." + std::string(25, '0') + std::to_string(conversation);
  return {shard_of(conversation), conversation_id{id}};
}

/// Message `at`: 100 to 400 bytes that follow from its number.
inline std::string record_of(std::uint32_t conversation, seq at) {
  storage::message_record x;
  x.sender = user_id{"writer"};
  x.client_id = client_id{std::to_string(at)};
  x.ordinal = at;
  x.text = std::to_string(conversation) + ' ' + std::to_string(at)
           + std::string(100 + at % 300, 'x');
  return encode(x);
}

/// The conversation's head, written in one set with message `at`.
inline std::string head_of(seq at) {
  storage::conversation_record x;
  x.messages = at;
  return encode(x);
}

/// The highest message of a conversation, or 0.
inline seq last_message(const storage::store& db, std::uint32_t conversation) {
  seq last = 0;
  auto visit = [&](std::string_view key, std::string_view) {
    last = storage::seq_of(key);
    return false;
  };
  auto done = db.scan(keys_of(conversation).messages(), visit, true);
  return done ? last : 0;
}

} // namespace parley::test
