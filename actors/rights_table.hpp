#pragma once

#include "actors/rights.hpp"

#include <array>
#include <stdexcept>

/// The table itself, for what must know it when it is compiled.
namespace parley::actors {

namespace rights {

inline constexpr relations nobody{};
inline constexpr relations stranger = relation::stranger;
inline constexpr relations leaver = relation::left;
inline constexpr relations member = relation::member;
inline constexpr relations owner = relation::owner;
inline constexpr relations admins = owner | relation::admin;
inline constexpr relations members = admins | member;
/// The two of a direct conversation, whoever has blocked whom.
inline constexpr relations pair
  = member | relation::blocked | relation::blocking;

inline constexpr auto both = transports::both;
inline constexpr auto websocket = transports::websocket;
inline constexpr auto session = transports::session;

} // namespace rights

inline constexpr std::array rights_table = [] {
  using namespace rights;
  using id = method_id;
  using guest = guest_right;
  using muted = muted_right;
  // clang-format off
  return std::to_array<method_right>({
    // method, name, transports, guests, while muted; who in a direct
    // conversation, in a group, in the conversation of a match
    {id::contact_add, "contact.add", both, guest::none, muted::all},
    {id::contact_list, "contact.list", both, guest::none, muted::all},
    {id::contact_remove, "contact.remove", both, guest::none, muted::all},
    {id::conversation_create, "conversation.create", both, guest::none, muted::repeat},
    {id::conversation_get, "conversation.get", both, guest::in_matches, muted::all, pair, members, member},
    {id::conversation_invite, "conversation.invite", both, guest::none, muted::none, nobody, admins, nobody},
    {id::conversation_join, "conversation.join", both, guest::none, muted::all, nobody, stranger | leaver | members, nobody},
    {id::conversation_leave, "conversation.leave", both, guest::none, muted::all, nobody, members, nobody},
    {id::conversation_list, "conversation.list", both, guest::none, muted::all, pair, members, member},
    {id::conversation_mute, "conversation.mute", both, guest::none, muted::all, pair, members, member},
    {id::conversation_remove, "conversation.remove", both, guest::none, muted::all, nobody, admins, nobody},
    {id::conversation_set_role, "conversation.set_role", both, guest::none, muted::all, nobody, owner, nobody},
    {id::conversation_update, "conversation.update", both, guest::none, muted::none, nobody, admins, nobody},
    {id::conversation_update_public, "conversation.update public", both, guest::none, muted::none, nobody, owner, nobody},
    {id::ice_servers, "ice.servers", both, guest::anywhere, muted::all},
    {id::match_cancel, "match.cancel", both, guest::anywhere, muted::all},
    {id::match_enqueue, "match.enqueue", both, guest::anywhere, muted::none},
    {id::match_leave, "match.leave", both, guest::anywhere, muted::all},
    {id::match_next, "match.next", both, guest::anywhere, muted::none},
    {id::message_delete, "message.delete", both, guest::in_matches, muted::all, pair, members, member},
    {id::message_delivered, "message.delivered", both, guest::in_matches, muted::all, pair, members, member},
    {id::message_edit, "message.edit", both, guest::in_matches, muted::none, member, members, member},
    {id::message_history, "message.history", both, guest::in_matches, muted::all, pair, members, member},
    {id::message_react, "message.react", both, guest::in_matches, muted::none, member, members, member},
    {id::message_reactions, "message.reactions", both, guest::in_matches, muted::all, pair, members, member},
    {id::message_read, "message.read", both, guest::in_matches, muted::all, pair, members, member},
    {id::message_send, "message.send", both, guest::in_matches, muted::repeat, member, members, member},
    {id::presence_get, "presence.get", both, guest::none, muted::all},
    {id::presence_set, "presence.set", both, guest::none, muted::all},
    {id::presence_unwatch, "presence.unwatch", websocket, guest::none, muted::all},
    {id::presence_watch, "presence.watch", websocket, guest::none, muted::all},
    {id::report_create, "report.create", both, guest::anywhere, muted::all, pair, members, member | leaver},
    {id::session_open, "session.open", websocket, guest::anywhere, muted::all},
    {id::session_ping, "session.ping", both, guest::anywhere, muted::all},
    {id::signal_send, "signal.send", session, guest::in_matches, muted::repeat, member, members, member},
    {id::sync, "sync", both, guest::anywhere, muted::all, pair, members, member},
    {id::typing_set, "typing.set", both, guest::in_matches, muted::none, member, members, member},
    {id::user_block, "user.block", both, guest::none, muted::all},
    {id::user_blocked, "user.blocked", both, guest::none, muted::all},
    {id::user_get, "user.get", both, guest::anywhere, muted::all},
    {id::user_search, "user.search", both, guest::none, muted::all},
    {id::user_unblock, "user.unblock", both, guest::none, muted::all},
    {id::user_update, "user.update", both, guest::none, muted::none},
  });
  // clang-format on
}();

consteval bool in_order_of_ids() {
  for (std::size_t i = 0; i < rights_table.size(); ++i)
    if (static_cast<std::size_t>(rights_table[i].id) != i)
      return false;
  return static_cast<std::size_t>(method_id::user_update) + 1
         == rights_table.size();
}

static_assert(in_order_of_ids());

/// The row of that name; what names a method without one does not compile.
consteval method_id method_named(std::string_view name) {
  for (const auto& row : rights_table)
    if (row.name == name)
      return row.id;
  throw std::logic_error("a method without a row in the table of rights");
}

} // namespace parley::actors
