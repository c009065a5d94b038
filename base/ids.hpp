#pragma once

#include "base/text_id.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley {

/// A user's handle: `^[a-z0-9][a-z0-9_.-]{2,31}$` and no conversation's id,
/// never reused.
using user_id = text_id<struct user_tag, 32>;

/// `d.`, `g.` or `m.` and 26 characters of base32.
using conversation_id = text_id<struct conversation_tag, 28>;

/// A queue where people wait to meet somebody, as in the configuration.
using queue_name = text_id<struct queue_tag, 32>;

/// What a sender calls a message of its own: 1 to 64 characters.
using client_id = text_id<struct client_tag, 64>;

/// Position in a conversation's log: 1, 2, 3 … with no gap; 0 is before all.
using seq = std::uint64_t;

/// Milliseconds since the Unix epoch.
using timestamp_ms = std::int64_t;

/// A cluster's node, unique in it. Zero is no node.
using node_id = std::uint32_t;

/// A connected session, unique on its node while that process lives. Zero is
/// no session.
using session_id = std::uint64_t;

/// A family of tokens: one sign-in on one device and all of its renewals.
/// 128 random bits as `base32_128` writes them.
using family_id = text_id<struct family_tag, 26>;

enum class conversation_kind : std::uint8_t {
  direct = 1,
  group = 2,
  match = 3
};

/// Prefix of every guest's handle; nobody can sign up with it.
inline constexpr std::string_view guest_prefix = "guest-";

/// No text is a handle and a conversation's id at once.
std::optional<user_id> parse_user_id(std::string_view text);
std::optional<conversation_id> parse_conversation_id(std::string_view text);
std::optional<family_id> parse_family_id(std::string_view text);

/// The kind that the id's first letter says; none where it is no such letter,
/// as in a damaged row.
std::optional<conversation_kind> kind_of(const conversation_id& id);

bool is_guest(const user_id& id);

/// The direct conversation of two users, the same whichever is named first:
/// `d.` and the first 128 bits of SHA-256 over both handles in order, each
/// followed by a zero byte, in Crockford's base32.
conversation_id direct_conversation(const user_id& a, const user_id& b);

/// `PREFIX` and a ULID (https://github.com/ulid/spec) made of `now` and the
/// low 80 of the random bits given.
conversation_id ulid_conversation(conversation_kind kind, timestamp_ms now,
                                  std::uint64_t random_high,
                                  std::uint64_t random_low);

/// When two met, which the ULID of their conversation says; none where it is
/// not the conversation of a match.
std::optional<timestamp_ms> time_of_match(const conversation_id& id);

/// The group that `creator` asked for under `name`: the same call again, after
/// whatever crash, means the same conversation. Made as `direct_conversation`,
/// of handle and name.
conversation_id named_group(const user_id& creator, std::string_view name);

/// 128 bits as 26 characters of Crockford's base32, highest first.
std::array<char, 26> base32_128(std::uint64_t high, std::uint64_t low);

} // namespace parley
