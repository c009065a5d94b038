#pragma once

#include "actors/replies.hpp"

#include <cstdint>

/// The numbers that say which alternative of a variant follows: append only,
/// never change one or use it again. They need only be unique in each variant;
/// tests/fixtures/wire has an example of each.
namespace parley::actors::wire {

/// 0: has none yet, and can't be encoded.
template <class T>
inline constexpr std::uint32_t number_of = 0;

// -- reply_address -----------------------------------------------------------

template <>
inline constexpr std::uint32_t number_of<std::monostate> = 1;
template <>
inline constexpr std::uint32_t number_of<call_address> = 2;
template <>
inline constexpr std::uint32_t number_of<entity_address> = 3;

// -- conversation_command -----------------------------------------------------

template <>
inline constexpr std::uint32_t number_of<send_message> = 1;
template <>
inline constexpr std::uint32_t number_of<edit_message> = 2;
template <>
inline constexpr std::uint32_t number_of<delete_message> = 3;
template <>
inline constexpr std::uint32_t number_of<react> = 4;
template <>
inline constexpr std::uint32_t number_of<update_group> = 5;
template <>
inline constexpr std::uint32_t number_of<invite> = 6;
template <>
inline constexpr std::uint32_t number_of<remove_member> = 7;
template <>
inline constexpr std::uint32_t number_of<join> = 8;
template <>
inline constexpr std::uint32_t number_of<leave> = 9;
template <>
inline constexpr std::uint32_t number_of<set_role> = 10;
template <>
inline constexpr std::uint32_t number_of<mute> = 11;
template <>
inline constexpr std::uint32_t number_of<read_history> = 12;
template <>
inline constexpr std::uint32_t number_of<read_events> = 13;
template <>
inline constexpr std::uint32_t number_of<mark> = 14;
template <>
inline constexpr std::uint32_t number_of<set_typing> = 15;
template <>
inline constexpr std::uint32_t number_of<show_conversation> = 16;
template <>
inline constexpr std::uint32_t number_of<summarise> = 17;
template <>
inline constexpr std::uint32_t number_of<create_group> = 18;
template <>
inline constexpr std::uint32_t number_of<block_changed> = 19;
template <>
inline constexpr std::uint32_t number_of<announce_position> = 20;
template <>
inline constexpr std::uint32_t number_of<send_signal> = 21;
template <>
inline constexpr std::uint32_t number_of<open_match> = 22;
template <>
inline constexpr std::uint32_t number_of<close_match> = 23;
template <>
inline constexpr std::uint32_t number_of<erase_match> = 24;
template <>
inline constexpr std::uint32_t number_of<take_evidence> = 25;
template <>
inline constexpr std::uint32_t number_of<list_reactions> = 26;

// -- user_command -------------------------------------------------------------

template <>
inline constexpr std::uint32_t number_of<sign_up> = 1;
template <>
inline constexpr std::uint32_t number_of<load_credentials> = 2;
template <>
inline constexpr std::uint32_t number_of<sign_in> = 3;
template <>
inline constexpr std::uint32_t number_of<refresh_family> = 4;
template <>
inline constexpr std::uint32_t number_of<sign_out> = 5;
template <>
inline constexpr std::uint32_t number_of<check_family> = 6;
template <>
inline constexpr std::uint32_t number_of<attach> = 7;
template <>
inline constexpr std::uint32_t number_of<detach> = 8;
template <>
inline constexpr std::uint32_t number_of<show_user> = 9;
template <>
inline constexpr std::uint32_t number_of<update_profile> = 10;
template <>
inline constexpr std::uint32_t number_of<set_contact> = 11;
template <>
inline constexpr std::uint32_t number_of<set_block> = 12;
template <>
inline constexpr std::uint32_t number_of<list_contacts> = 13;
template <>
inline constexpr std::uint32_t number_of<set_presence> = 14;
template <>
inline constexpr std::uint32_t number_of<show_presence> = 15;
template <>
inline constexpr std::uint32_t number_of<gather_presence> = 16;
template <>
inline constexpr std::uint32_t number_of<list_conversations> = 17;
template <>
inline constexpr std::uint32_t number_of<sync> = 18;
template <>
inline constexpr std::uint32_t number_of<start_group> = 19;
template <>
inline constexpr std::uint32_t number_of<invite_users> = 20;
template <>
inline constexpr std::uint32_t number_of<vet> = 21;
template <>
inline constexpr std::uint32_t number_of<membership_changed> = 22;
template <>
inline constexpr std::uint32_t number_of<blocked_by> = 23;
template <>
inline constexpr std::uint32_t number_of<inspect_user> = 24;
template <>
inline constexpr std::uint32_t number_of<set_ban> = 25;
template <>
inline constexpr std::uint32_t number_of<sign_out_everywhere> = 26;
template <>
inline constexpr std::uint32_t number_of<reattach> = 27;
template <>
inline constexpr std::uint32_t number_of<announce_presence> = 28;
template <>
inline constexpr std::uint32_t number_of<place_signal> = 29;
template <>
inline constexpr std::uint32_t number_of<take_signal> = 30;
template <>
inline constexpr std::uint32_t number_of<seek_match> = 31;
template <>
inline constexpr std::uint32_t number_of<quit_match> = 32;
template <>
inline constexpr std::uint32_t number_of<report_place> = 33;
template <>
inline constexpr std::uint32_t number_of<ticket_over> = 34;
template <>
inline constexpr std::uint32_t number_of<tell_session> = 36;
template <>
inline constexpr std::uint32_t number_of<report_user> = 37;
template <>
inline constexpr std::uint32_t number_of<sanction> = 38;
template <>
inline constexpr std::uint32_t number_of<check_room> = 39;
template <>
inline constexpr std::uint32_t number_of<join_conversation> = 40;
template <>
inline constexpr std::uint32_t number_of<erase_guest> = 41;
template <>
inline constexpr std::uint32_t number_of<list_blocked> = 42;

// -- directory_command --------------------------------------------------------

template <>
inline constexpr std::uint32_t number_of<list_handle> = 1;
template <>
inline constexpr std::uint32_t number_of<search_handles> = 2;

// -- queue_command ------------------------------------------------------------

template <>
inline constexpr std::uint32_t number_of<enqueue> = 1;
template <>
inline constexpr std::uint32_t number_of<cancel_ticket> = 2;
template <>
inline constexpr std::uint32_t number_of<end_match> = 3;
template <>
inline constexpr std::uint32_t number_of<next_match> = 4;
template <>
inline constexpr std::uint32_t number_of<note_presence> = 5;
template <>
inline constexpr std::uint32_t number_of<vacate> = 6;
template <>
inline constexpr std::uint32_t number_of<expel> = 7;
template <>
inline constexpr std::uint32_t number_of<note_shunned> = 8;
template <>
inline constexpr std::uint32_t number_of<show_queue> = 9;
template <>
inline constexpr std::uint32_t number_of<explain_ticket> = 10;
template <>
inline constexpr std::uint32_t number_of<drain_queue> = 11;
template <>
inline constexpr std::uint32_t number_of<list_matches> = 12;

// -- moderation_command -------------------------------------------------------

template <>
inline constexpr std::uint32_t number_of<file_report> = 1;
template <>
inline constexpr std::uint32_t number_of<list_reports> = 2;
template <>
inline constexpr std::uint32_t number_of<show_report> = 3;
template <>
inline constexpr std::uint32_t number_of<resolve_report> = 4;
template <>
inline constexpr std::uint32_t number_of<record_action> = 5;
template <>
inline constexpr std::uint32_t number_of<read_audit> = 6;
template <>
inline constexpr std::uint32_t number_of<set_address_ban> = 7;
template <>
inline constexpr std::uint32_t number_of<check_address> = 8;
template <>
inline constexpr std::uint32_t number_of<erase_old_reports> = 9;

// -- reply --------------------------------------------------------------------

template <>
inline constexpr std::uint32_t number_of<done> = 1;
template <>
inline constexpr std::uint32_t number_of<sent> = 2;
template <>
inline constexpr std::uint32_t number_of<changed> = 3;
template <>
inline constexpr std::uint32_t number_of<history_page> = 4;
template <>
inline constexpr std::uint32_t number_of<events_page> = 5;
template <>
inline constexpr std::uint32_t number_of<conversation_summary> = 6;
template <>
inline constexpr std::uint32_t number_of<conversation_details> = 7;
template <>
inline constexpr std::uint32_t number_of<conversation_list> = 8;
template <>
inline constexpr std::uint32_t number_of<sync_result> = 9;
template <>
inline constexpr std::uint32_t number_of<profile> = 10;
template <>
inline constexpr std::uint32_t number_of<credentials> = 11;
template <>
inline constexpr std::uint32_t number_of<account> = 12;
template <>
inline constexpr std::uint32_t number_of<attached> = 13;
template <>
inline constexpr std::uint32_t number_of<presence_list> = 14;
template <>
inline constexpr std::uint32_t number_of<contact_list> = 15;
template <>
inline constexpr std::uint32_t number_of<user_list> = 16;
template <>
inline constexpr std::uint32_t number_of<inspection> = 17;
template <>
inline constexpr std::uint32_t number_of<enqueued> = 40;
template <>
inline constexpr std::uint32_t number_of<match_list> = 41;
template <>
inline constexpr std::uint32_t number_of<reported> = 42;
template <>
inline constexpr std::uint32_t number_of<evidence> = 43;
template <>
inline constexpr std::uint32_t number_of<report_list> = 44;
template <>
inline constexpr std::uint32_t number_of<report_details> = 45;
template <>
inline constexpr std::uint32_t number_of<audit_page> = 46;
template <>
inline constexpr std::uint32_t number_of<blocked_list> = 47;
template <>
inline constexpr std::uint32_t number_of<reaction_list> = 48;

// -- durable_event and conversation_event -------------------------------------

template <>
inline constexpr std::uint32_t number_of<message> = 1;
template <>
inline constexpr std::uint32_t number_of<log_event> = 2;
template <>
inline constexpr std::uint32_t number_of<receipt> = 3;
template <>
inline constexpr std::uint32_t number_of<read_count> = 4;
template <>
inline constexpr std::uint32_t number_of<typing> = 5;
template <>
inline constexpr std::uint32_t number_of<position> = 6;

} // namespace parley::actors::wire
