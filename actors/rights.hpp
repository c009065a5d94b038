#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Who may call which method: the one table that says so; docs/protocol.md,
/// "Rights", says the same to clients. It has two readers. The transports ask
/// it about the caller: a guest, somebody who is muted, an HTTP call. The owner
/// of a conversation asks it about the caller's relation to that conversation.
/// What depends on more than these (whose message it is, whether a group is
/// public, which of two members stands higher) is the conversation's own to
/// check.
namespace parley::actors {

/// All methods of the client protocol, by name, and what a method does only
/// for some of its callers.
enum class method_id : std::uint8_t {
  contact_add,
  contact_list,
  contact_remove,
  conversation_create,
  conversation_get,
  conversation_invite,
  conversation_join,
  conversation_leave,
  conversation_list,
  conversation_mute,
  conversation_remove,
  conversation_set_role,
  conversation_update,
  /// `conversation.update` with `public`.
  conversation_update_public,
  ice_servers,
  match_cancel,
  match_enqueue,
  match_leave,
  match_next,
  message_delete,
  message_delivered,
  message_edit,
  message_history,
  message_react,
  message_reactions,
  message_read,
  message_send,
  presence_get,
  presence_set,
  presence_unwatch,
  presence_watch,
  report_create,
  session_open,
  session_ping,
  signal_send,
  sync,
  typing_set,
  user_block,
  user_blocked,
  user_get,
  user_search,
  user_unblock,
  user_update,
};

/// What somebody is to a conversation. In a direct conversation `blocking` has
/// blocked the other, and `blocked` is blocked by the other; who is both counts
/// as blocking.
enum class relation : std::uint8_t {
  stranger = 1 << 0,
  /// Was a member, and has left.
  left = 1 << 1,
  /// Was a member, and was removed.
  removed = 1 << 2,
  member = 1 << 3,
  admin = 1 << 4,
  owner = 1 << 5,
  blocked = 1 << 6,
  blocking = 1 << 7,
};

/// A set of relations.
class relations {
public:
  constexpr relations() = default;
  constexpr relations(relation one) : bits_(static_cast<std::uint8_t>(one)) {}

  constexpr bool contains(relation one) const {
    return (bits_ & static_cast<std::uint8_t>(one)) != 0;
  }

  friend constexpr relations operator|(relations a, relations b) {
    relations both;
    both.bits_ = a.bits_ | b.bits_;
    return both;
  }

private:
  std::uint8_t bits_ = 0;
};

/// Over HTTP a `websocket` method is unknown, and a `session` one forbidden.
enum class transports : std::uint8_t { websocket, session, both };

/// Where guests may: nowhere, in the conversations of their matches, anywhere.
enum class guest_right : std::uint8_t { none, in_matches, anywhere };

/// Whether users may who are muted. `repeat`: what was acknowledged before is
/// answered again, and the entity refuses the rest.
enum class muted_right : std::uint8_t { none, repeat, all };

/// One row of the table.
struct method_right {
  method_id id;
  std::string_view name;
  transports over;
  guest_right guests;
  muted_right muted;
  /// Who may, where the method is about a conversation of that kind.
  relations direct = {};
  relations group = {};
  relations match = {};
};

/// The rows, in the order of `method_id`.
std::span<const method_right> method_rights();

const method_right& right_of(method_id method);

/// Whether somebody of that relation may call the method about a conversation
/// of that kind.
bool is_allowed(method_id method, conversation_kind kind, relation caller);

/// The error of who may not. Whoever never belonged to the conversation learns
/// nothing of it: it is `not_found`, as one that does not exist.
error refusal_of(method_id method, conversation_kind kind, relation caller);

/// The error for a conversation that does not exist.
error no_such_conversation();

/// The error for users who are muted.
error muted_refusal();

} // namespace parley::actors
