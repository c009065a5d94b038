#pragma once

#include "actors/match_messages.hpp"
#include "actors/moderation_messages.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "cluster/entity_key.hpp"
#include "storage/records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What entities are asked, and who asks. Replies and events: replies.hpp.
/// All of it is plain values, so that a request can be carried to any node.
namespace parley::actors {

/// Where a session or an HTTP call waits. `worker` is the network thread that
/// owns `call`.
struct call_address {
  node_id node = 0;
  std::uint32_t worker = 0;
  std::uint64_t call = 0;
};

/// An entity that waits for `token`.
struct entity_address {
  cluster::entity_key entity;
  std::uint64_t token = 0;
};

/// Who gets the answer; nobody where the caller does not want one.
using reply_address
  = std::variant<std::monostate, call_address, entity_address>;

/// Who asks. An operator (`parleyctl`) is no user and may see everything.
struct caller {
  user_id user = {};
  session_id session = 0;
  bool is_operator = false;
  /// May not speak now: see `muted_right::repeat`.
  bool is_muted = false;
};

// -- to a conversation -------------------------------------------------------

/// `to` is set where the sender named a user, not a conversation: it opens the
/// direct conversation of the two. Replied to with `sent`.
struct send_message {
  user_id to = {};
  parley::client_id client_id = {};
  std::string type = {};
  std::string text = {};
  std::string attachments = {};
  seq reply_to = 0;
  std::vector<user_id> mentions = {};
};

/// Replied to with `changed`, as the next four.
struct edit_message {
  seq target = 0;
  std::string text = {};
  /// As before where none are given.
  std::optional<std::vector<user_id>> mentions = {};
};

struct delete_message {
  seq target = 0;
};

struct react {
  seq target = 0;
  std::string emoji = {};
  bool remove = false;
};

/// Renames a group or changes whether anyone may join it.
struct update_group {
  std::optional<std::string> title = {};
  std::optional<bool> is_public = {};
};

/// The users have been vetted by the inviter's entity.
struct invite {
  std::vector<user_id> users = {};
};

struct remove_member {
  user_id user = {};
};

struct join {};

struct leave {};

struct set_role {
  user_id user = {};
  storage::member_role role = storage::member_role::member;
};

/// Who reacted to the message, from the users after `after` on. Replied to with
/// `reaction_list`.
struct list_reactions {
  seq target = 0;
  user_id after = {};
  /// Users.
  std::uint32_t limit = 0;
};

/// Replied to with `done`. 0 unmutes.
struct mute {
  timestamp_ms until = 0;
};

/// At most one of `before` and `after` is set; `after` 0 is from the beginning.
/// Replied to with `history_page`.
struct read_history {
  seq before = 0;
  std::optional<seq> after = {};
  std::uint32_t limit = 0;
};

/// Everything durable after a position. Replied to with `events_page`.
struct read_events {
  /// Where to begin; none means after what the caller has read.
  std::optional<seq> after = {};
  std::uint32_t limit = 0;
  /// JSON that the asker has room for; 0: `page_bytes_max`.
  std::uint32_t bytes_max = 0;
};

/// Moves the caller's pointer forward. Replied to with `done`.
struct mark {
  seq at = 0;
  bool read = false;
};

/// Replied to with `done`.
struct set_typing {
  bool on = false;
};

/// Replied to with `conversation_details`.
struct show_conversation {
  /// Members after this handle; empty from the first.
  user_id members_after = {};
  std::uint32_t members_limit = 0;
};

/// What a list of conversations shows. Replied to with `conversation_summary`.
struct summarise {};

/// Creates the group, if it is not there already. The members have been vetted.
/// Replied to with `conversation_summary`.
struct create_group {
  std::string title = {};
  bool is_public = false;
  std::vector<user_id> members = {};
};

/// Notice from `by`'s entity to the direct conversation of `by` and `other`.
/// Replied to with `done`.
struct block_changed {
  user_id by = {};
  bool on = false;
  /// Empty where an older node sends it.
  user_id other = {};
};

/// Its shard has a new owner: the conversation is to tell its position to all
/// nodes, so that their sessions find out what the old owner has not told.
struct announce_position {};

/// How two browsers agree on a call: what WebRTC says to set one up.
enum class signal_kind : std::uint8_t {
  ring = 0,
  offer = 1,
  answer = 2,
  candidate = 3,
  hangup = 4,
};

/// To one other member, or to all where `to` is empty. What members may not do
/// is refused; the rest is handed to the entity of who asks, as `place_signal`,
/// which replies. Never stored.
struct send_signal {
  user_id to = {};
  signal_kind kind = signal_kind::ring;
  /// JSON.
  std::string data = {};
};

using conversation_command
  = std::variant<send_message, edit_message, delete_message, react,
                 update_group, invite, remove_member, join, leave, set_role,
                 mute, read_history, read_events, mark, set_typing,
                 show_conversation, summarise, create_group, block_changed,
                 announce_position, send_signal, open_match, close_match,
                 erase_match, take_evidence, list_reactions>;

// -- to a user ---------------------------------------------------------------

/// A token family to be opened.
struct grant {
  family_id family = {};
  std::string device_id = {};
  std::string refresh_hash = {};
  timestamp_ms expires_at = 0;
};

/// Claims the handle. Replied to with `account`.
struct sign_up {
  std::string display_name = {};
  std::string password_hash = {};
  bool guest = false;
  grant first = {};
  /// Of guests: the hash of the address that they come from.
  std::string address = {};
};

/// Replied to with `credentials`; `not_found` where there is no such user.
struct load_credentials {};

/// The password was right. A rehash is stored where one is given. Replied to
/// with `account`.
struct sign_in {
  grant opened = {};
  std::string new_password_hash = {};
};

/// Exchanges the refresh token. A token that is no longer the good one revokes
/// the family. Replied to with `account`.
struct refresh_family {
  family_id family = {};
  std::string presented_hash = {};
  std::string next_hash = {};
  timestamp_ms expires_at = 0;
};

/// Revokes the family and closes its sessions. Replied to with `done`.
struct sign_out {
  family_id family = {};
};

/// Whether tokens of the family are good. Replied to with `account`.
struct check_family {
  family_id family = {};
};

/// A socket has authenticated as this user. Replied to with `attached`.
struct attach {
  node_id node = 0;
  session_id session = 0;
  family_id family = {};
  std::string device_id = {};
};

/// A socket that has attached before is still there: its shard has a new owner,
/// who does not know it. Changes nothing where it is known, and its user counts
/// as having been there all the time. Replied to with `attached`.
struct reattach {
  node_id node = 0;
  session_id session = 0;
  family_id family = {};
  std::string device_id = {};
  /// When it attached. Of two of the same device the later one is right.
  timestamp_ms since = 0;
};

/// The socket is gone; session 0: the node with all of them.
struct detach {
  node_id node = 0;
  session_id session = 0;
};

/// Replied to with `profile`.
struct show_user {};

/// Replied to with `profile`.
struct update_profile {
  std::optional<std::string> display_name = {};
  std::optional<std::string> avatar = {};
};

/// What the caller says about another user. Replied to with `done`.
struct set_contact {
  user_id user = {};
  bool on = false;
};

struct set_block {
  user_id user = {};
  bool on = false;
};

/// By handle. Replied to with `contact_list`.
struct list_contacts {
  /// 0: as many as fit.
  std::uint32_t limit = 0;
  /// Those after this handle; empty from the first.
  user_id after = {};
};

enum class presence_status : std::uint8_t {
  online = 0,
  away = 1,
  busy = 2,
  invisible = 3,
  offline = 4,
};

/// Replied to with `done`.
struct set_presence {
  presence_status status = presence_status::online;
  std::string text = {};
};

/// How this user looks to the caller. Replied to with `presence_list` of one.
struct show_presence {};

/// Asked of the caller's own entity, which asks those of the users. Replied to
/// with `presence_list`.
struct gather_presence {
  std::vector<user_id> users = {};
};

/// Replied to with `conversation_list`.
struct list_conversations {
  std::uint32_t limit = 0;
  std::string cursor = {};
};

/// Replied to with `sync_result`. Without `seen`: everything unread.
struct sync {
  std::optional<std::vector<std::pair<conversation_id, seq>>> seen = {};
  std::uint32_t limit = 0;
  /// Of those that `seen` does not name, only what comes after this one.
  conversation_id after = {};
};

/// Asked of the creator's own entity, which vets the members and asks the
/// conversation. Replied to with `conversation_summary`.
struct start_group {
  conversation_id conversation = {};
  create_group group = {};
};

/// Asked of the inviter's own entity, as above. Replied to with `changed`.
struct invite_users {
  conversation_id conversation = {};
  std::vector<user_id> users = {};
};

/// Whether `by` may open a conversation with this user. Replied to with `done`.
struct vet {
  user_id by = {};
};

/// Notice from a conversation. Replied to with `done`.
struct membership_changed {
  conversation_id conversation = {};
  bool joined = false;
  seq as_of = 0;
  /// Who brought the user into it, perhaps the user.
  user_id by = {};
};

/// Whether the user may come into one more conversation. Replied to with
/// `done`.
struct check_room {};

/// Asked of the entity of a user who joins, which sees whether there is room
/// and asks the conversation. Replied to with `changed`.
struct join_conversation {
  conversation_id conversation = {};
};

/// Notice from another user's entity. Replied to with `done`.
struct blocked_by {
  user_id by = {};
  bool on = false;
  std::uint64_t revision = 0;
};

/// For operators. Replied to with `inspection`.
struct inspect_user {};

/// What operators of older nodes ask for: a ban, as `sanction`. Replied to with
/// `done`.
struct set_ban {
  timestamp_ms until = 0;
  std::string reason = {};
};

/// For operators: revokes every family. Replied to with `done`.
struct sign_out_everywhere {};

/// Whom the user has blocked, after that one. Replied to with `blocked_list`.
struct list_blocked {
  user_id after = {};
  std::uint32_t limit = 0;
};

/// From what looks after retention: erases the user where it is a guest whose
/// sign-ins are all over. Replied to with `done`.
struct erase_guest {};

/// The user's shard has a new owner, or was out of reach: the user is to tell
/// its presence to those who watch it, who may have missed a change.
struct announce_presence {};

/// From a conversation to the entity of the member who signals: to these other
/// members, or, of a hangup, to all who are in the call where there are none.
/// Replied to with `done`; see `user_call`.
struct place_signal {
  conversation_id conversation = {};
  std::vector<user_id> to = {};
  signal_kind kind = signal_kind::ring;
  std::string data = {};
  /// As in `signal_route`.
  bool to_all = false;
  bool ends_only = false;
};

/// From the entity of the user who signals to that of another, who is a member
/// of the same conversation. Not replied to.
struct take_signal {
  conversation_id conversation = {};
  user_id from = {};
  signal_kind kind = signal_kind::ring;
  std::string data = {};
};

using user_command = std::variant<
  sign_up, load_credentials, sign_in, refresh_family, sign_out, check_family,
  attach, detach, show_user, update_profile, set_contact, set_block,
  list_contacts, set_presence, show_presence, gather_presence,
  list_conversations, sync, start_group, invite_users, vet, membership_changed,
  blocked_by, inspect_user, set_ban, sign_out_everywhere, reattach,
  announce_presence, place_signal, take_signal, seek_match, quit_match,
  report_place, ticket_over, tell_session, report_user, sanction, check_room,
  join_conversation, erase_guest, list_blocked>;

// -- to a directory ----------------------------------------------------------

/// Notice from a user's entity. Replied to with `done`.
struct list_handle {
  user_id user = {};
  std::string display_name = {};
  timestamp_ms created_at = 0;
};

/// Replied to with `user_list`.
struct search_handles {
  std::string prefix = {};
  std::uint32_t limit = 0;
};

using directory_command = std::variant<list_handle, search_handles>;

// -- the envelope ------------------------------------------------------------

/// A command on its way to its entity.
template <class Command>
struct request {
  caller from = {};
  reply_address reply_to = {};
  /// When it was handed to the router, in microseconds of the steady clock.
  std::int64_t sent_us = 0;
  Command body = {};
};

using conversation_request = request<conversation_command>;
using user_request = request<user_command>;
using directory_request = request<directory_command>;
using queue_request = request<queue_command>;
using moderation_request = request<moderation_command>;

} // namespace parley::actors
