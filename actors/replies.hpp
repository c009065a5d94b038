#pragma once

#include "actors/messages.hpp"

#include <map>

namespace parley::actors {

// -- what commands are answered with ------------------------------------------

struct done {};

struct sent {
  conversation_id conversation = {};
  seq at = 0;
  timestamp_ms ts = 0;
  bool duplicate = false;
};

struct changed {
  seq at = 0;
};

/// A message with its place.
struct message {
  conversation_id conversation = {};
  seq at = 0;
  storage::message_record content = {};
  /// The emoji with which its reader has reacted, where that was looked up.
  std::vector<std::string> mine = {};
};

struct history_page {
  std::vector<message> messages = {};
  bool has_more = false;
};

/// A durable event that is no message. `text` is that of an edited message as
/// it is now.
struct log_event {
  conversation_id conversation = {};
  seq at = 0;
  storage::event_record content = {};
  std::string text = {};
};

using durable_event = std::variant<message, log_event>;

struct events_page {
  conversation_id conversation = {};
  std::vector<durable_event> events = {};
  bool has_more = false;
};

/// A conversation as one member sees it.
struct conversation_summary {
  conversation_id id = {};
  conversation_kind kind = conversation_kind::group;
  std::string title = {};
  bool is_public = false;
  timestamp_ms created_at = 0;
  seq last_seq = 0;
  timestamp_ms last_ts = 0;
  std::optional<message> last_message = {};
  std::uint64_t unread = 0;
  seq read_seq = 0;
  std::uint32_t member_count = 0;
  timestamp_ms muted_until = 0;
  /// The other of a direct conversation.
  user_id peer = {};
};

struct member_view {
  user_id user = {};
  storage::member_role role = storage::member_role::member;
  timestamp_ms joined_at = 0;
  seq read_seq = 0;
  seq delivered_seq = 0;
};

struct conversation_details {
  conversation_summary summary = {};
  std::vector<member_view> members = {};
  /// Where the next page of members begins; empty where these are all.
  user_id members_after = {};
};

struct conversation_list {
  std::vector<conversation_summary> conversations = {};
  std::string cursor = {};
  /// Entities that were asked, for the price.
  std::uint32_t asked = 0;
};

struct sync_result {
  std::vector<events_page> pages = {};
  std::vector<conversation_summary> fresh = {};
  /// Nothing is said of what comes after it; empty where all is said.
  conversation_id cursor = {};
  /// Entities that were asked, for the price.
  std::uint32_t asked = 0;
};

struct profile {
  user_id id = {};
  std::string display_name = {};
  std::string avatar = {};
  timestamp_ms created_at = 0;
  bool guest = false;
};

struct credentials {
  std::string password_hash = {};
};

/// Someone who may have a token for `family`.
struct account {
  profile user = {};
  family_id family = {};
  /// As a session's: until then it may not speak. -1 is for good.
  timestamp_ms muted_until = 0;
};

/// The session belongs to the user now, and is to be told of these.
struct attached {
  profile user = {};
  std::vector<conversation_id> conversations = {};
  timestamp_ms muted_until = 0;
};

struct presence_view {
  user_id user = {};
  presence_status status = presence_status::offline;
  timestamp_ms last_seen = 0;
  std::string text = {};
};

struct presence_list {
  std::vector<presence_view> presences = {};
};

struct contact_list {
  std::vector<profile> contacts = {};
  /// Where the next page begins; empty where this is the last.
  user_id cursor = {};
};

struct user_list {
  std::vector<profile> users = {};
};

/// Names and values for an operator to read.
struct inspection {
  std::vector<std::pair<std::string, std::string>> rows = {};
};

/// Users whom the asker has blocked, by handle.
struct blocked_list {
  std::vector<user_id> users = {};
  /// Where the next page begins; empty where this is the last.
  user_id cursor = {};
};

struct reaction_view {
  user_id by = {};
  std::string emoji = {};
};

/// Who has reacted to a message, by handle.
struct reaction_list {
  std::vector<reaction_view> reactions = {};
  /// Where the next page begins; empty where this is the last.
  user_id cursor = {};
};

struct reported {
  std::string report = {};
};

struct evidence {
  std::vector<message> messages = {};
};

struct report_view {
  std::string id = {};
  storage::report_record content = {};
};

struct report_list {
  std::vector<report_view> reports = {};
  /// Where the next page begins; empty where this is the last.
  std::string before = {};
};

struct report_details {
  report_view report = {};
  std::vector<message> evidence = {};
};

struct audit_page {
  /// The oldest first.
  std::vector<storage::audit_record> actions = {};
  /// There are older ones in the time that was asked for.
  bool has_more = false;
};

using reply
  = std::variant<done, sent, changed, history_page, events_page,
                 conversation_summary, conversation_details, conversation_list,
                 sync_result, profile, credentials, account, attached,
                 presence_list, contact_list, user_list, inspection, enqueued,
                 match_list, reported, evidence, report_list, report_details,
                 audit_page, blocked_list, reaction_list>;

/// An answer on its way to an entity that asked another.
struct response {
  std::uint64_t token = 0;
  result<reply> what = done{};
};

// -- what sessions are told without asking ------------------------------------

struct receipt {
  conversation_id conversation = {};
  user_id user = {};
  seq delivered_seq = 0;
  seq read_seq = 0;
};

/// Instead of receipts in conversations of more than 100 members.
struct read_count {
  conversation_id conversation = {};
  seq at = 0;
  std::uint32_t read_by = 0;
};

struct typing {
  conversation_id conversation = {};
  user_id user = {};
  bool on = false;
};

/// Where a conversation's log ends, for sessions that may have missed some of
/// it: `event.gap` to those who have, and nothing to the others.
struct position {
  conversation_id conversation = {};
  seq at = 0;
  /// When the last event was.
  timestamp_ms ts = 0;
};

using conversation_event
  = std::variant<message, log_event, receipt, read_count, typing, position>;

/// One event of a conversation, for the sessions of its members.
struct publication {
  conversation_id conversation = {};
  conversation_event what = typing{};
  /// The session that caused it and has its answer; 0 where everyone is told.
  session_id except = 0;
  /// The user who caused it and is not told at all; for typing.
  user_id except_user = {};
  /// Members from this event on: their sessions are subscribed first.
  std::vector<user_id> added = {};
  /// Members up to this event: they are told of it and then no more.
  std::vector<user_id> removed = {};
  /// Former members whose own entity may not know it yet: not to be told.
  std::vector<user_id> hidden = {};
  /// Members who may not see what the event quotes from before they joined:
  /// they are told of a gap, and `sync` gives them the event without it.
  std::vector<user_id> gapped = {};
};

/// A change of a user's presence, for the sessions that watch the user.
struct presence_change {
  presence_view now = {};
  /// Users who are not to know: they or the user blocked the other.
  std::vector<user_id> hidden_from = {};
  /// Where there are any, nobody else is told: for them alone it has changed.
  std::vector<user_id> only_to = {};
};

/// Something that a user has set on one device, for the user's other sessions.
struct settings_change {
  enum class subject : std::uint8_t {
    profile = 0,
    presence = 1,
    contact = 2,
    block = 3,
    mute = 4
  };

  subject what = subject::profile;
  actors::profile user = {};
  presence_view presence = {};
  /// Who is a contact, or blocked, or is no more.
  user_id other = {};
  bool on = false;
  conversation_id conversation = {};
  timestamp_ms muted_until = 0;
};

struct settings_notice {
  user_id user = {};
  /// The session that has set it, and knows.
  session_id except = 0;
  settings_change what = {};
};

/// A call's signal, for one session.
struct signal {
  conversation_id conversation = {};
  user_id from = {};
  signal_kind kind = signal_kind::ring;
  std::string data = {};
};

/// Why a session is closed by the user's entity: PROTOCOL.md's close codes.
enum class close_reason : std::uint16_t {
  revoked = 4501,
  banned = 4503,
  replaced = 4509,
};

} // namespace parley::actors
