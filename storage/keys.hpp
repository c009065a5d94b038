#pragma once

#include "base/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Every key starts with its shard, big-endian, so that a shard is one range:
/// it can be moved, counted, backed up and dropped as such. RocksDB's bytewise
/// order is the order of the numbers in the keys. docs/storage-format.md shows
/// the bytes.
namespace parley::storage {

using shard_id = std::uint16_t;

/// Holds the rows of the node itself; no shard has this number.
inline constexpr shard_id node_shard = 0xFFFF;

/// A half-open range of keys; an empty `to` is the end of all keys.
struct key_range {
  std::string from;
  std::string to;
};

/// All keys of a shard.
key_range shard_range(shard_id shard);

/// The first key after those that start with `prefix`; empty if there is none.
std::string after_prefix(std::string_view prefix);

/// The keys of one conversation.
class conversation_keys {
public:
  conversation_keys(shard_id shard, const conversation_id& id);

  std::string head() const;
  std::string message(seq at) const;
  std::string event(seq at) const;
  std::string member(const user_id& user) const;
  std::string dedup(const user_id& sender, const client_id& id) const;
  std::string reaction(seq target, const user_id& by,
                       std::string_view emoji) const;
  /// There where the user was a member and is none now.
  std::string former(const user_id& user) const;
  std::string outbox(std::uint64_t number) const;

  /// All rows but the outbox; those of one kind; all reactions to one message.
  key_range all() const;
  key_range messages() const;
  key_range events() const;
  key_range members() const;
  key_range reactions(seq target) const;
  key_range reactions(seq target, const user_id& by) const;
  key_range outbox() const;

private:
  std::string prefix_;
};

/// The keys of one user.
class user_keys {
public:
  user_keys(shard_id shard, const user_id& id);

  std::string profile() const;
  std::string family(const family_id& id) const;
  std::string membership(const conversation_id& id) const;
  std::string relation(const user_id& other) const;
  /// Where the user waits or has met somebody.
  std::string place() const;
  /// There where the user has reported the other.
  std::string reported(const user_id& other) const;
  /// What moderation knows of the user.
  std::string standing() const;
  std::string outbox(std::uint64_t number) const;

  key_range families() const;
  key_range memberships() const;
  key_range relations() const;
  key_range all_reported() const;
  key_range outbox() const;

private:
  std::string prefix_;
};

/// The handles that start with the same letters.
class directory_keys {
public:
  directory_keys(shard_id shard, std::string_view name);

  std::string entry(std::string_view handle) const;
  /// The handles that start with `prefix`.
  key_range entries(std::string_view prefix) const;

private:
  std::string prefix_;
};

/// The keys of a queue where people wait to meet somebody.
class queue_keys {
public:
  queue_keys(shard_id shard, const queue_name& name);

  std::string head() const;
  std::string ticket(std::uint64_t id) const;
  std::string meeting(const conversation_id& id) const;
  /// A meeting that is over, by when it began.
  std::string record(timestamp_ms began, const conversation_id& id) const;
  /// What was said there is to be erased then.
  std::string erasure(timestamp_ms due, const conversation_id& id) const;
  /// The user has left this queue for another.
  std::string fence(const user_id& user) const;
  std::string outbox(std::uint64_t number) const;

  key_range tickets() const;
  key_range meetings() const;
  key_range records() const;
  /// Those that began in [from, to).
  key_range records(timestamp_ms from, timestamp_ms to) const;
  key_range erasures() const;
  key_range fences() const;
  key_range outbox() const;

private:
  std::string prefix_;
};

/// The time and the conversation in the key of a record or an erasure.
struct timed_name {
  timestamp_ms at = 0;
  std::string_view name;
};
std::optional<timed_name> timed_name_of(std::string_view key);

/// The rows of a shard's replica on this node, which are not replicated: its
/// part of the consensus.
class log_keys {
public:
  explicit log_keys(shard_id shard) : shard_(shard) {}

  std::string vote() const;
  std::string position() const;
  /// There while the replica can't trust what it has.
  std::string damage() const;
  std::string entry(std::uint64_t index) const;

  /// The entries from `first` on.
  key_range entries(std::uint64_t first = 0) const;
  key_range entries(std::uint64_t first, std::uint64_t behind_last) const;

  /// The one row `damage`.
  key_range damages() const;

  /// All other rows of the shard: what is replicated.
  key_range state() const;

private:
  std::string row(char kind) const;

  shard_id shard_;
};

/// A row of the node itself, such as a signing key, and all of one kind.
std::string meta_key(std::string_view kind, std::string_view name);
key_range meta_range(std::string_view kind);

/// The same rows of the shard that holds the cluster map.
std::string map_key(shard_id shard, std::string_view kind,
                    std::string_view name);
key_range map_range(shard_id shard, std::string_view kind);

/// All outbox rows of a shard, whichever entity they belong to.
key_range outbox_range(shard_id shard);

/// The users of a shard whose handles begin with `prefix`, and the handle that
/// a row of a user belongs to; empty if it is no such row.
key_range users_range(shard_id shard, std::string_view prefix);
std::string_view handle_of(std::string_view key);

/// Where an outbox row is kept that could not be carried out; all of a shard.
std::string dead_letter_key(std::string_view outbox_key);
key_range dead_letter_range(shard_id shard);

/// The last part of a message, event or log entry key; 0 if it is too short.
seq seq_of(std::string_view key);
/// What a message's or a dedup key shares with those written before it, near
/// which it comes; empty for the keys of other rows.
std::string_view series_of(std::string_view key);
/// The last part of a member, family, membership, relation, report, meeting,
/// fence, directory or node key; empty if it is none of these.
std::string_view name_of(std::string_view key);
/// What a dedup key is about, as a view of it.
struct dedup_name {
  std::string_view sender;
  std::string_view client_id;
};
std::optional<dedup_name> dedup_name_of(std::string_view key);
/// What a reaction key is about, as a view of it.
struct reaction_name {
  seq target = 0;
  std::string_view by;
  std::string_view emoji;
};
std::optional<reaction_name> reaction_name_of(std::string_view key);
/// The last part of an outbox key.
std::uint64_t outbox_number_of(std::string_view key);
/// The entity that an outbox row belongs to: its kind ('c', 'u', 'q' or 'm')
/// and name.
struct outbox_owner {
  char kind = 0;
  std::string name;
};
std::optional<outbox_owner> outbox_owner_of(std::string_view key);

} // namespace parley::storage
