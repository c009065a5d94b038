#include "actors/command_names.hpp"

#include <type_traits>
#include <variant>

namespace parley::actors {

namespace {

template <class T, class... Ts>
inline constexpr bool is_one_of = (std::is_same_v<T, Ts> || ...);

template <class... Ts, class Variant>
bool holds_one_of(const Variant& v) {
  return std::visit(
    [](auto& x) { return is_one_of<std::decay_t<decltype(x)>, Ts...>; }, v);
}

} // namespace

// In the order of the variants' alternatives.

std::string_view name_of(const conversation_command& command) {
  static constexpr std::string_view names[]
    = {"send_message",  "edit_message",  "delete_message", "react",
       "update_group",  "invite",        "remove_member",  "join",
       "leave",         "set_role",      "mute",           "read_history",
       "read_events",   "mark",          "set_typing",     "show_conversation",
       "summarise",     "create_group",  "block_changed",  "announce_position",
       "send_signal",   "open_match",    "close_match",    "erase_match",
       "take_evidence", "list_reactions"};
  static_assert(std::size(names) == std::variant_size_v<conversation_command>);
  return names[command.index()];
}

std::string_view name_of(const user_command& command) {
  static constexpr std::string_view names[] = {"sign_up",
                                               "load_credentials",
                                               "sign_in",
                                               "refresh_family",
                                               "sign_out",
                                               "check_family",
                                               "attach",
                                               "detach",
                                               "show_user",
                                               "update_profile",
                                               "set_contact",
                                               "set_block",
                                               "list_contacts",
                                               "set_presence",
                                               "show_presence",
                                               "gather_presence",
                                               "list_conversations",
                                               "sync",
                                               "start_group",
                                               "invite_users",
                                               "vet",
                                               "membership_changed",
                                               "blocked_by",
                                               "inspect_user",
                                               "set_ban",
                                               "sign_out_everywhere",
                                               "reattach",
                                               "announce_presence",
                                               "place_signal",
                                               "take_signal",
                                               "seek_match",
                                               "quit_match",
                                               "report_place",
                                               "ticket_over",
                                               "tell_session",
                                               "report_user",
                                               "sanction",
                                               "check_room",
                                               "join_conversation",
                                               "erase_guest",
                                               "list_blocked"};
  static_assert(std::size(names) == std::variant_size_v<user_command>);
  return names[command.index()];
}

std::string_view name_of(const directory_command& command) {
  static constexpr std::string_view names[] = {"list_handle", "search_handles"};
  static_assert(std::size(names) == std::variant_size_v<directory_command>);
  return names[command.index()];
}

std::string_view name_of(const queue_command& command) {
  static constexpr std::string_view names[]
    = {"enqueue",       "cancel_ticket",  "end_match",   "next_match",
       "note_presence", "vacate",         "expel",       "note_shunned",
       "show_queue",    "explain_ticket", "drain_queue", "list_matches"};
  static_assert(std::size(names) == std::variant_size_v<queue_command>);
  return names[command.index()];
}

std::string_view name_of(const moderation_command& command) {
  static constexpr std::string_view names[]
    = {"file_report",     "list_reports",  "show_report",
       "resolve_report",  "record_action", "read_audit",
       "set_address_ban", "check_address", "erase_old_reports"};
  static_assert(std::size(names) == std::variant_size_v<moderation_command>);
  return names[command.index()];
}

bool writes(const conversation_command& command) {
  return !holds_one_of<read_history, read_events, set_typing, show_conversation,
                       summarise, announce_position, send_signal, take_evidence,
                       list_reactions>(command);
}

bool writes(const user_command& command) {
  return holds_one_of<sign_up, sign_in, refresh_family, sign_out,
                      update_profile, set_contact, set_block, set_presence,
                      start_group, invite_users, membership_changed, blocked_by,
                      set_ban, sign_out_everywhere, seek_match, report_user,
                      sanction, join_conversation, erase_guest>(command);
}

bool writes(const directory_command& command) {
  return holds_one_of<list_handle>(command);
}

bool writes(const queue_command& command) {
  return !holds_one_of<show_queue, explain_ticket, list_matches>(command);
}

bool writes(const moderation_command& command) {
  return holds_one_of<file_report, resolve_report, record_action,
                      set_address_ban>(command);
}

} // namespace parley::actors
