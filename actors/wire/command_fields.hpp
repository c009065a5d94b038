#pragma once

#include "actors/messages.hpp"
#include "actors/wire/fields_of.hpp"

namespace parley::actors::wire {

template <>
inline constexpr range<cluster::entity_kind> range_of<cluster::entity_kind>{
  cluster::entity_kind::user, cluster::entity_kind::moderation};

template <>
inline constexpr range<storage::member_role> range_of<storage::member_role>{
  storage::member_role::member, storage::member_role::owner};

template <>
inline constexpr range<presence_status> range_of<presence_status>{
  presence_status::online, presence_status::offline};

template <>
inline constexpr range<signal_kind> range_of<signal_kind>{signal_kind::ring,
                                                          signal_kind::hangup};

template <>
inline constexpr auto fields_of<cluster::entity_key> =
  [](auto& x) { return std::tie(x.kind, x.name); };

template <>
inline constexpr auto fields_of<call_address> =
  [](auto& x) { return std::tie(x.node, x.worker, x.call); };

template <>
inline constexpr auto fields_of<entity_address> =
  [](auto& x) { return std::tie(x.entity, x.token); };

template <>
inline constexpr auto fields_of<caller> = [](auto& x) {
  return std::tie(x.user, x.session, x.is_operator, x.is_muted);
};

template <>
inline constexpr auto fields_of<send_message> = [](auto& x) {
  return std::tie(x.to, x.client_id, x.type, x.text, x.attachments, x.reply_to,
                  x.mentions);
};

template <>
inline constexpr auto fields_of<edit_message> =
  [](auto& x) { return std::tie(x.target, x.text, x.mentions); };

template <>
inline constexpr auto fields_of<delete_message> =
  [](auto& x) { return std::tie(x.target); };

template <>
inline constexpr auto fields_of<react> =
  [](auto& x) { return std::tie(x.target, x.emoji, x.remove); };

template <>
inline constexpr auto fields_of<update_group> =
  [](auto& x) { return std::tie(x.title, x.is_public); };

template <>
inline constexpr auto fields_of<invite> =
  [](auto& x) { return std::tie(x.users); };

template <>
inline constexpr auto fields_of<remove_member> =
  [](auto& x) { return std::tie(x.user); };

template <>
inline constexpr auto fields_of<join> = [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<leave> = [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<set_role> =
  [](auto& x) { return std::tie(x.user, x.role); };

template <>
inline constexpr auto fields_of<mute> =
  [](auto& x) { return std::tie(x.until); };

template <>
inline constexpr auto fields_of<read_history> =
  [](auto& x) { return std::tie(x.before, x.after, x.limit); };

template <>
inline constexpr auto fields_of<read_events> =
  [](auto& x) { return std::tie(x.after, x.limit, x.bytes_max); };

template <>
inline constexpr auto fields_of<mark> =
  [](auto& x) { return std::tie(x.at, x.read); };

template <>
inline constexpr auto fields_of<set_typing> =
  [](auto& x) { return std::tie(x.on); };

template <>
inline constexpr auto fields_of<show_conversation> =
  [](auto& x) { return std::tie(x.members_after, x.members_limit); };

template <>
inline constexpr auto fields_of<summarise> = [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<take_evidence> =
  [](auto& x) { return std::tie(x.user, x.seqs, x.limit); };

template <>
inline constexpr auto fields_of<create_group> =
  [](auto& x) { return std::tie(x.title, x.is_public, x.members); };

template <>
inline constexpr auto fields_of<block_changed> =
  [](auto& x) { return std::tie(x.by, x.on, x.other); };

template <>
inline constexpr auto fields_of<announce_position> =
  [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<send_signal> =
  [](auto& x) { return std::tie(x.to, x.kind, x.data); };

template <>
inline constexpr auto fields_of<grant> = [](auto& x) {
  return std::tie(x.family, x.device_id, x.refresh_hash, x.expires_at);
};

template <>
inline constexpr auto fields_of<sign_up> = [](auto& x) {
  return std::tie(x.display_name, x.password_hash, x.guest, x.first, x.address);
};

template <>
inline constexpr auto fields_of<load_credentials> =
  [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<sign_in> =
  [](auto& x) { return std::tie(x.opened, x.new_password_hash); };

template <>
inline constexpr auto fields_of<refresh_family> = [](auto& x) {
  return std::tie(x.family, x.presented_hash, x.next_hash, x.expires_at);
};

template <>
inline constexpr auto fields_of<sign_out> =
  [](auto& x) { return std::tie(x.family); };

template <>
inline constexpr auto fields_of<check_family> =
  [](auto& x) { return std::tie(x.family); };

template <>
inline constexpr auto fields_of<attach> =
  [](auto& x) { return std::tie(x.node, x.session, x.family, x.device_id); };

template <>
inline constexpr auto fields_of<reattach> = [](auto& x) {
  return std::tie(x.node, x.session, x.family, x.device_id, x.since);
};

template <>
inline constexpr auto fields_of<detach> =
  [](auto& x) { return std::tie(x.node, x.session); };

template <>
inline constexpr auto fields_of<show_user> = [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<update_profile> =
  [](auto& x) { return std::tie(x.display_name, x.avatar); };

template <>
inline constexpr auto fields_of<set_contact> =
  [](auto& x) { return std::tie(x.user, x.on); };

template <>
inline constexpr auto fields_of<set_block> =
  [](auto& x) { return std::tie(x.user, x.on); };

template <>
inline constexpr auto fields_of<list_contacts> =
  [](auto& x) { return std::tie(x.limit, x.after); };

template <>
inline constexpr auto fields_of<set_presence> =
  [](auto& x) { return std::tie(x.status, x.text); };

template <>
inline constexpr auto fields_of<show_presence> =
  [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<gather_presence> =
  [](auto& x) { return std::tie(x.users); };

template <>
inline constexpr auto fields_of<list_conversations> =
  [](auto& x) { return std::tie(x.limit, x.cursor); };

template <>
inline constexpr auto fields_of<sync> =
  [](auto& x) { return std::tie(x.seen, x.limit, x.after); };

template <>
inline constexpr auto fields_of<start_group> =
  [](auto& x) { return std::tie(x.conversation, x.group); };

template <>
inline constexpr auto fields_of<invite_users> =
  [](auto& x) { return std::tie(x.conversation, x.users); };

template <>
inline constexpr auto fields_of<vet> = [](auto& x) { return std::tie(x.by); };

template <>
inline constexpr auto fields_of<membership_changed> =
  [](auto& x) { return std::tie(x.conversation, x.joined, x.as_of, x.by); };

template <>
inline constexpr auto fields_of<check_room> = [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<join_conversation> =
  [](auto& x) { return std::tie(x.conversation); };

template <>
inline constexpr auto fields_of<blocked_by> =
  [](auto& x) { return std::tie(x.by, x.on, x.revision); };

template <>
inline constexpr auto fields_of<inspect_user> =
  [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<set_ban> =
  [](auto& x) { return std::tie(x.until, x.reason); };

template <>
inline constexpr auto fields_of<sign_out_everywhere> =
  [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<list_blocked> =
  [](auto& x) { return std::tie(x.after, x.limit); };

template <>
inline constexpr auto fields_of<list_reactions> =
  [](auto& x) { return std::tie(x.target, x.after, x.limit); };

template <>
inline constexpr auto fields_of<erase_guest> = [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<announce_presence> =
  [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<place_signal> = [](auto& x) {
  return std::tie(x.conversation, x.to, x.kind, x.data, x.to_all, x.ends_only);
};

template <>
inline constexpr auto fields_of<take_signal> =
  [](auto& x) { return std::tie(x.conversation, x.from, x.kind, x.data); };

template <>
inline constexpr auto fields_of<list_handle> =
  [](auto& x) { return std::tie(x.user, x.display_name, x.created_at); };

template <>
inline constexpr auto fields_of<search_handles> =
  [](auto& x) { return std::tie(x.prefix, x.limit); };

} // namespace parley::actors::wire
