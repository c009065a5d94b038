#include "storage/records.hpp"

#include "storage/record_io.hpp"

namespace parley::storage {

// Each `fields` is a row of docs/storage-format.md, in its order. Appending,
// removing or reordering one is a new record version.

void fields(auto& io, either<reaction_count> auto& x) {
  io(x.emoji);
  io(x.count);
}

void fields(auto& io, either<message_record> auto& x) {
  io(x.sender);
  io(x.client_id);
  io(x.ts);
  io(x.ordinal);
  io(x.type);
  io(x.text);
  io(x.attachments);
  io(x.reply_to);
  io(x.mentions);
  io(x.edited_ts);
  io(x.deleted);
  io(x.reactions);
}

void fields(auto& io, either<event_record> auto& x) {
  io.choice(x.kind, event_kind::edited, event_kind::role);
  io(x.by);
  io(x.ts);
  io(x.target);
  io(x.value);
  io(x.removed);
  io.choice(x.role, member_role::member, member_role::owner);
  io(x.users);
}

void fields(auto& io, either<conversation_record> auto& x) {
  io.choice(x.kind, conversation_kind::direct, conversation_kind::match);
  io(x.is_public);
  io(x.title);
  io(x.created_at);
  io(x.created_by);
  io(x.checkpoint);
  io(x.messages);
  io.later(x.deleted_upto);
}

void fields(auto& io, either<member_record> auto& x) {
  io.choice(x.role, member_role::member, member_role::owner);
  io(x.joined_at);
  io(x.visible_from);
  io(x.read_seq);
  io(x.delivered_seq);
  io(x.read_ordinal);
  io(x.own_unread);
  io(x.muted_until);
  io(x.blocks);
}

void fields(auto& io, either<dedup_record> auto& x) {
  io(x.at);
  io(x.ts);
}

void fields(auto& io, either<user_record> auto& x) {
  constexpr std::uint8_t last_status = 3;
  io(x.display_name);
  io(x.avatar);
  io(x.created_at);
  io(x.guest);
  io(x.password_hash);
  io(x.last_seen);
  io(x.banned_until);
  io(x.ban_reason);
  io.choice(x.status, std::uint8_t{0}, last_status);
  io(x.status_text);
}

void fields(auto& io, either<family_record> auto& x) {
  io(x.device_id);
  io(x.refresh_hash);
  io(x.created_at);
  io(x.expires_at);
  io.later(x.replaced_hash);
  io.later(x.replaced_at);
  io.later(x.twin_hash);
}

void fields(auto& io, either<membership_record> auto& x) {
  io(x.as_of);
  io(x.joined);
  io.later(x.brought_by);
  io.later(x.since);
}

void fields(auto& io, either<relation_record> auto& x) {
  io(x.contact);
  io(x.blocks);
  io(x.blocked_by);
  io(x.since);
  io(x.revision);
  io(x.peer_revision);
}

void fields(auto& io, either<directory_record> auto& x) {
  io(x.display_name);
  io(x.created_at);
}

void fields(auto& io, either<outbox_record> auto& x) {
  io.choice(x.kind, outbox_kind::membership, outbox_kind::block_conversation);
  io(x.to);
  io(x.on);
  io(x.version);
  io(x.text);
}

void fields(auto& io, either<former_record> auto& x) {
  io(x.removed);
  io(x.since);
}

void fields(auto& io, either<dead_letter_record> auto& x) {
  io(x.entity);
  io(x.reason);
  io(x.since);
  io(x.row);
}

void fields(auto& io, either<signing_key_record> auto& x) {
  io(x.kid);
  io(x.secret);
  io(x.created_at);
  io(x.retired_at);
  io.later(x.ends_at);
}

void fields(auto& io, either<place_record> auto& x) {
  io(x.queue);
  io(x.claim);
}

void fields(auto& io, either<fence_record> auto& x) {
  io(x.claim);
  io(x.since);
}

void fields(auto& io, either<queue_record> auto& x) {
  io(x.last_ticket);
  io(x.draining);
}

void fields(auto& io, either<ticket_record> auto& x) {
  io(x.user);
  io(x.since);
  io(x.avoid);
  io(x.said);
}

void fields(auto& io, either<meeting_record> auto& x) {
  io(x.first_id);
  fields(io, x.first);
  io(x.second_id);
  fields(io, x.second);
  io(x.shared);
  io(x.since);
}

void fields(auto& io, either<session_record> auto& x) {
  constexpr std::uint8_t last_ending = 4;
  fields(io, x.met);
  io(x.ended);
  io.choice(x.how, std::uint8_t{1}, last_ending);
  io(x.by);
  io(x.reported);
}

std::string encode(const message_record& x) {
  return encode_record(x, 160 + x.text.size() + x.attachments.size());
}

std::string encode(const event_record& x) {
  return encode_record(x, 64 + x.users.size() * user_id::size_max);
}

std::string encode(const conversation_record& x) {
  return encode_record(x);
}

std::string encode(const member_record& x) {
  return encode_record(x);
}

std::string encode(const dedup_record& x) {
  return encode_record(x, 16);
}

std::string encode(const user_record& x) {
  return encode_record(x, 256);
}

std::string encode(const family_record& x) {
  return encode_record(x, 128);
}

std::string encode(const membership_record& x) {
  return encode_record(x, 16);
}

std::string encode(const relation_record& x) {
  return encode_record(x);
}

std::string encode(const directory_record& x) {
  return encode_record(x);
}

std::string encode(const outbox_record& x) {
  return encode_record(x);
}

std::string encode(const signing_key_record& x) {
  return encode_record(x, 128);
}

std::string encode(const place_record& x) {
  return encode_record(x);
}

std::string encode(const fence_record& x) {
  return encode_record(x, 16);
}

std::string encode(const queue_record& x) {
  return encode_record(x, 16);
}

std::string encode(const ticket_record& x) {
  return encode_record(x, 128 + x.said.size());
}

std::string encode(const meeting_record& x) {
  return encode_record(x, 256 + x.first.said.size() + x.second.said.size());
}

std::string encode(const session_record& x) {
  return encode_record(x, 512);
}

std::string encode(const dead_letter_record& x) {
  return encode_record(x, 64 + x.row.size());
}

std::string encode(const former_record& x) {
  return encode_record(x, 16);
}

template <class Record>
result<Record> decode(std::string_view bytes) {
  return decode_record<Record>(bytes);
}

template result<message_record> decode(std::string_view);
template result<event_record> decode(std::string_view);
template result<conversation_record> decode(std::string_view);
template result<member_record> decode(std::string_view);
template result<dedup_record> decode(std::string_view);
template result<user_record> decode(std::string_view);
template result<family_record> decode(std::string_view);
template result<membership_record> decode(std::string_view);
template result<relation_record> decode(std::string_view);
template result<directory_record> decode(std::string_view);
template result<outbox_record> decode(std::string_view);
template result<signing_key_record> decode(std::string_view);
template result<place_record> decode(std::string_view);
template result<fence_record> decode(std::string_view);
template result<queue_record> decode(std::string_view);
template result<ticket_record> decode(std::string_view);
template result<meeting_record> decode(std::string_view);
template result<session_record> decode(std::string_view);
template result<former_record> decode(std::string_view);
template result<dead_letter_record> decode(std::string_view);

} // namespace parley::storage
