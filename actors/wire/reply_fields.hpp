#pragma once

#include "actors/decision.hpp"
#include "actors/wire/command_fields.hpp"
#include "actors/wire/fields_of.hpp"
#include "actors/wire/match_fields.hpp"
#include "actors/wire/moderation_fields.hpp"

namespace parley::actors::wire {

/// A newer node may have more of them.
template <>
inline constexpr range<errc> range_of<errc>{errc::internal, errc{255}};

template <>
inline constexpr range<conversation_kind> range_of<conversation_kind>{
  conversation_kind::direct, conversation_kind::match};

template <>
inline constexpr range<storage::event_kind> range_of<storage::event_kind>{
  storage::event_kind::edited, storage::event_kind::role};

/// All that WebSocket leaves to applications: a newer node's are as good.
template <>
inline constexpr range<close_reason> range_of<close_reason>{close_reason{4000},
                                                            close_reason{4999}};

template <>
inline constexpr auto fields_of<error> =
  [](auto& x) { return std::tie(x.code, x.detail, x.field, x.retry_after_ms); };

template <>
inline constexpr auto fields_of<storage::reaction_count> =
  [](auto& x) { return std::tie(x.emoji, x.count); };

template <>
inline constexpr auto fields_of<storage::message_record> = [](auto& x) {
  return std::tie(x.sender, x.client_id, x.ts, x.ordinal, x.type, x.text,
                  x.attachments, x.reply_to, x.mentions, x.edited_ts, x.deleted,
                  x.reactions);
};

template <>
inline constexpr auto fields_of<storage::event_record> = [](auto& x) {
  return std::tie(x.kind, x.by, x.ts, x.target, x.value, x.removed, x.role,
                  x.users);
};

template <>
inline constexpr auto fields_of<done> = [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<sent> =
  [](auto& x) { return std::tie(x.conversation, x.at, x.ts, x.duplicate); };

template <>
inline constexpr auto fields_of<changed> =
  [](auto& x) { return std::tie(x.at); };

template <>
inline constexpr auto fields_of<message> =
  [](auto& x) { return std::tie(x.conversation, x.at, x.content, x.mine); };

template <>
inline constexpr auto fields_of<history_page> =
  [](auto& x) { return std::tie(x.messages, x.has_more); };

template <>
inline constexpr auto fields_of<log_event> =
  [](auto& x) { return std::tie(x.conversation, x.at, x.content, x.text); };

template <>
inline constexpr auto fields_of<events_page> =
  [](auto& x) { return std::tie(x.conversation, x.events, x.has_more); };

template <>
inline constexpr auto fields_of<conversation_summary> = [](auto& x) {
  return std::tie(x.id, x.kind, x.title, x.is_public, x.created_at, x.last_seq,
                  x.last_ts, x.last_message, x.unread, x.read_seq,
                  x.member_count, x.muted_until, x.peer);
};

template <>
inline constexpr auto fields_of<member_view> = [](auto& x) {
  return std::tie(x.user, x.role, x.joined_at, x.read_seq, x.delivered_seq);
};

template <>
inline constexpr auto fields_of<conversation_details> =
  [](auto& x) { return std::tie(x.summary, x.members, x.members_after); };

template <>
inline constexpr auto fields_of<conversation_list> =
  [](auto& x) { return std::tie(x.conversations, x.cursor, x.asked); };

template <>
inline constexpr auto fields_of<sync_result> =
  [](auto& x) { return std::tie(x.pages, x.fresh, x.cursor, x.asked); };

template <>
inline constexpr auto fields_of<profile> = [](auto& x) {
  return std::tie(x.id, x.display_name, x.avatar, x.created_at, x.guest);
};

template <>
inline constexpr auto fields_of<credentials> =
  [](auto& x) { return std::tie(x.password_hash); };

template <>
inline constexpr auto fields_of<account> =
  [](auto& x) { return std::tie(x.user, x.family, x.muted_until); };

template <>
inline constexpr auto fields_of<attached> =
  [](auto& x) { return std::tie(x.user, x.conversations, x.muted_until); };

template <>
inline constexpr auto fields_of<presence_view> =
  [](auto& x) { return std::tie(x.user, x.status, x.last_seen, x.text); };

template <>
inline constexpr auto fields_of<presence_list> =
  [](auto& x) { return std::tie(x.presences); };

template <>
inline constexpr auto fields_of<contact_list> =
  [](auto& x) { return std::tie(x.contacts, x.cursor); };

template <>
inline constexpr auto fields_of<user_list> =
  [](auto& x) { return std::tie(x.users); };

template <>
inline constexpr auto fields_of<inspection> =
  [](auto& x) { return std::tie(x.rows); };

template <>
inline constexpr auto fields_of<response> =
  [](auto& x) { return std::tie(x.token, x.what); };

template <>
inline constexpr auto fields_of<receipt> = [](auto& x) {
  return std::tie(x.conversation, x.user, x.delivered_seq, x.read_seq);
};

template <>
inline constexpr auto fields_of<read_count> =
  [](auto& x) { return std::tie(x.conversation, x.at, x.read_by); };

template <>
inline constexpr auto fields_of<typing> =
  [](auto& x) { return std::tie(x.conversation, x.user, x.on); };

template <>
inline constexpr auto fields_of<position> =
  [](auto& x) { return std::tie(x.conversation, x.at, x.ts); };

template <>
inline constexpr auto fields_of<publication> = [](auto& x) {
  return std::tie(x.conversation, x.what, x.except, x.except_user, x.added,
                  x.removed, x.hidden, x.gapped);
};

template <>
inline constexpr auto fields_of<presence_change> =
  [](auto& x) { return std::tie(x.now, x.hidden_from, x.only_to); };

template <>
inline constexpr range<settings_change::subject>
  range_of<settings_change::subject>{settings_change::subject::profile,
                                     settings_change::subject::mute};

template <>
inline constexpr auto fields_of<settings_change> = [](auto& x) {
  return std::tie(x.what, x.user, x.presence, x.other, x.on, x.conversation,
                  x.muted_until);
};

template <>
inline constexpr auto fields_of<settings_notice> =
  [](auto& x) { return std::tie(x.user, x.except, x.what); };

template <>
inline constexpr auto fields_of<blocked_list> =
  [](auto& x) { return std::tie(x.users, x.cursor); };

template <>
inline constexpr auto fields_of<reaction_view> =
  [](auto& x) { return std::tie(x.by, x.emoji); };

template <>
inline constexpr auto fields_of<reaction_list> =
  [](auto& x) { return std::tie(x.reactions, x.cursor); };

template <>
inline constexpr auto fields_of<subscription> = [](auto& x) {
  return std::tie(x.node, x.session, x.conversation, x.on, x.last_seq);
};

template <>
inline constexpr auto fields_of<closing> =
  [](auto& x) { return std::tie(x.node, x.session, x.why); };

template <>
inline constexpr auto fields_of<signal> =
  [](auto& x) { return std::tie(x.conversation, x.from, x.kind, x.data); };

template <>
inline constexpr auto fields_of<session_signal> =
  [](auto& x) { return std::tie(x.node, x.session, x.what); };

} // namespace parley::actors::wire
