#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is on disk, as structs. Each `encode` starts with the record's version
/// byte; each `decode_*` refuses what it does not know with `errc::corrupt`.
/// docs/storage-format.md describes the bytes.
namespace parley::storage {

/// One reaction kind of a message and how many users gave it.
struct reaction_count {
  std::string emoji;
  std::uint32_t count = 0;

  friend bool operator==(const reaction_count&, const reaction_count&)
    = default;
};

/// A message as it stands now, edits and deletion applied.
struct message_record {
  user_id sender;
  parley::client_id client_id;
  timestamp_ms ts = 0;
  /// How many messages the conversation had with this one.
  std::uint64_t ordinal = 0;
  std::string type = {};
  std::string text = {};
  /// A JSON array as the sender gave it, or empty.
  std::string attachments = {};
  seq reply_to = 0;
  std::vector<user_id> mentions = {};
  timestamp_ms edited_ts = 0;
  bool deleted = false;
  std::vector<reaction_count> reactions = {};

  friend bool operator==(const message_record&, const message_record&)
    = default;
};

enum class event_kind : std::uint8_t {
  edited = 1,
  deleted = 2,
  reaction = 3,
  created = 4,
  updated = 5,
  joined = 6,
  left = 7,
  role = 8,
};

enum class member_role : std::uint8_t { member = 0, admin = 1, owner = 2 };

/// A durable event other than a message. Holds no message text: an edit's text
/// is in the message, so that a deletion takes it away everywhere.
struct event_record {
  event_kind kind = event_kind::created;
  user_id by;
  timestamp_ms ts = 0;
  /// The message that was edited, deleted or reacted to.
  seq target = 0;
  /// A reaction's emoji, or the new title.
  std::string value = {};
  /// A reaction that was taken back.
  bool removed = false;
  member_role role = member_role::member;
  std::vector<user_id> users = {};

  friend bool operator==(const event_record&, const event_record&) = default;
};

/// What a conversation is, and up to where its counters have been counted.
struct conversation_record {
  conversation_kind kind = conversation_kind::group;
  bool is_public = false;
  std::string title = {};
  timestamp_ms created_at = 0;
  user_id created_by;
  /// The counters below and the members' `own_unread` hold up to this event;
  /// what follows it is counted when the conversation is loaded.
  seq checkpoint = 0;
  std::uint64_t messages = 0;
  /// The last message that was deleted: there is none behind it.
  seq deleted_upto = 0;

  friend bool operator==(const conversation_record&, const conversation_record&)
    = default;
};

struct member_record {
  member_role role = member_role::member;
  timestamp_ms joined_at = 0;
  /// First event this member may see.
  seq visible_from = 1;
  seq read_seq = 0;
  seq delivered_seq = 0;
  /// Messages up to `read_seq`.
  std::uint64_t read_ordinal = 0;
  /// Own messages after `read_seq`, up to the conversation's checkpoint.
  std::uint64_t own_unread = 0;
  timestamp_ms muted_until = 0;
  /// Direct conversations: this member has blocked the other. A row without
  /// `joined_at` says only that: its user is no member.
  bool blocks = false;

  friend bool operator==(const member_record&, const member_record&) = default;
};

/// What a `client_id` was answered with.
struct dedup_record {
  seq at = 0;
  timestamp_ms ts = 0;

  friend bool operator==(const dedup_record&, const dedup_record&) = default;
};

struct user_record {
  std::string display_name = {};
  std::string avatar = {};
  timestamp_ms created_at = 0;
  bool guest = false;
  /// argon2id as libsodium writes it; empty for guests.
  std::string password_hash = {};
  timestamp_ms last_seen = 0;
  /// 0: not banned; -1: for good; else until then.
  timestamp_ms banned_until = 0;
  std::string ban_reason = {};
  /// 0 online, 1 away, 2 busy, 3 invisible: what the user last chose.
  std::uint8_t status = 0;
  std::string status_text = {};

  friend bool operator==(const user_record&, const user_record&) = default;
};

/// One sign-in. The hash is SHA-256 of the refresh token that is good now.
struct family_record {
  std::string device_id = {};
  std::string refresh_hash = {};
  timestamp_ms created_at = 0;
  timestamp_ms expires_at = 0;
  /// The token that was exchanged last, and when; empty before the first
  /// exchange.
  std::string replaced_hash = {};
  timestamp_ms replaced_at = 0;
  /// Where that token came twice, for an answer was lost: what it was exchanged
  /// for before, which somebody may have after all.
  std::string twin_hash = {};

  friend bool operator==(const family_record&, const family_record&) = default;
};

/// A conversation in a user's list; kept after leaving, so that an older notice
/// that comes late is known to be old.
struct membership_record {
  /// The event of the conversation that this row says.
  seq as_of = 0;
  bool joined = false;
  /// Who brought the user into it; empty where the user came by itself.
  user_id brought_by = {};
  /// When this row was written.
  timestamp_ms since = 0;

  friend bool operator==(const membership_record&, const membership_record&)
    = default;
};

/// What one user has said about another.
struct relation_record {
  bool contact = false;
  bool blocks = false;
  bool blocked_by = false;
  timestamp_ms since = 0;
  /// Counts this user's changes of `blocks`; a notice with a lower one is old.
  std::uint64_t revision = 0;
  std::uint64_t peer_revision = 0;

  friend bool operator==(const relation_record&, const relation_record&)
    = default;
};

/// A handle in the directory of users.
struct directory_record {
  std::string display_name = {};
  timestamp_ms created_at = 0;

  friend bool operator==(const directory_record&, const directory_record&)
    = default;
};

enum class outbox_kind : std::uint8_t {
  membership = 1,
  block = 2,
  directory = 3,
  /// From a queue to the conversation of two who met, or to one of its users.
  match_step = 10,
  ticket_over = 11,
  /// From a user to the queue where it waits.
  shun = 12,
  expel = 13,
  report = 14,
  audit = 15,
  sanction = 16,
  address_ban = 17,
  /// From a user to the direct conversation with one who is blocked or no
  /// longer is; `block` goes to that user.
  block_conversation = 18,
};

/// Whether a user who was a member of a conversation has left it or was
/// removed.
struct former_record {
  bool removed = false;
  timestamp_ms since = 0;

  friend bool operator==(const former_record&, const former_record&) = default;
};

/// What an entity still has to tell another. The row stays until the other has
/// said that it is done.
struct outbox_record {
  outbox_kind kind = outbox_kind::membership;
  /// A user's handle, a conversation's id, a directory's or a queue's name.
  std::string to = {};
  /// Membership: whether joined. Blocks: whether blocked. Shun: whether
  /// reported.
  bool on = false;
  /// Membership: the event's seq. Blocks: the relation's revision. Directory:
  /// when the user was created. Match step: which. Ticket: its id. Audit: the
  /// standing's revision. Sanction: the verdict's number.
  std::uint64_t version = 0;
  /// Membership: who brought the user. Directory: the display name. Match step:
  /// who, in actors/'s words. Shun: the other user and, after a blank, where
  /// they met. Report: a filing. Audit and sanction: an audit record. Address
  /// ban: one. Block of a conversation: the other user.
  std::string text = {};

  friend bool operator==(const outbox_record&, const outbox_record&) = default;
};

/// An outbox row that could not be carried out, set aside for an operator.
struct dead_letter_record {
  /// Whose outbox it was in: the kind and the name of an entity.
  std::string entity = {};
  std::string reason = {};
  timestamp_ms since = 0;
  /// The outbox record, perhaps damaged.
  std::string row = {};

  friend bool operator==(const dead_letter_record&, const dead_letter_record&)
    = default;
};

/// Where a user waits or has met somebody, as far as the user's entity knows:
/// nowhere else, at any rate.
struct place_record {
  /// Empty: nowhere yet.
  queue_name queue;
  /// Counts the changes of `queue`.
  std::uint64_t claim = 0;

  friend bool operator==(const place_record&, const place_record&) = default;
};

/// Claims of the user up to this one are void in the queue that has it.
struct fence_record {
  std::uint64_t claim = 0;
  timestamp_ms since = 0;

  friend bool operator==(const fence_record&, const fence_record&) = default;
};

struct queue_record {
  std::uint64_t last_ticket = 0;
  /// Takes no new tickets.
  bool draining = false;

  friend bool operator==(const queue_record&, const queue_record&) = default;
};

/// One who waits. The ticket's id is in its key.
struct ticket_record {
  user_id user;
  timestamp_ms since = 0;
  std::vector<user_id> avoid = {};
  /// Name and wishes, in actors/'s words.
  std::string said = {};

  friend bool operator==(const ticket_record&, const ticket_record&) = default;
};

/// Two who are together. The conversation is in its key.
struct meeting_record {
  std::uint64_t first_id = 0;
  ticket_record first = {};
  std::uint64_t second_id = 0;
  ticket_record second = {};
  std::vector<std::string> shared = {};
  timestamp_ms since = 0;

  friend bool operator==(const meeting_record&, const meeting_record&)
    = default;
};

/// Two who were. When they met and where is in its key.
struct session_record {
  meeting_record met = {};
  timestamp_ms ended = 0;
  /// 1 left, 2 next, 3 disconnected, 4 reported.
  std::uint8_t how = 1;
  user_id by;
  bool reported = false;

  friend bool operator==(const session_record&, const session_record&)
    = default;
};

/// A key that signs tokens.
struct signing_key_record {
  std::string kid = {};
  std::string secret = {};
  timestamp_ms created_at = 0;
  /// When it stopped signing; 0 while it signs.
  timestamp_ms retired_at = 0;
  /// When the last token ends that it signed; 0 where that is not known.
  timestamp_ms ends_at = 0;

  friend bool operator==(const signing_key_record&, const signing_key_record&)
    = default;
};

std::string encode(const message_record& x);
std::string encode(const event_record& x);
std::string encode(const conversation_record& x);
std::string encode(const member_record& x);
std::string encode(const dedup_record& x);
std::string encode(const user_record& x);
std::string encode(const family_record& x);
std::string encode(const membership_record& x);
std::string encode(const relation_record& x);
std::string encode(const directory_record& x);
std::string encode(const outbox_record& x);
std::string encode(const signing_key_record& x);
std::string encode(const place_record& x);
std::string encode(const fence_record& x);
std::string encode(const queue_record& x);
std::string encode(const ticket_record& x);
std::string encode(const meeting_record& x);
std::string encode(const session_record& x);
std::string encode(const former_record& x);
std::string encode(const dead_letter_record& x);

/// `decode<message_record>(bytes)` and so on, for each type above.
template <class Record>
result<Record> decode(std::string_view bytes);

} // namespace parley::storage
