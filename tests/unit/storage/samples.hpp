#pragma once

#include "storage/moderation_records.hpp"

#include <string>

/// One record of each type with every field set.
namespace parley::storage::samples {

inline message_record message() {
  message_record x;
  x.sender = user_id{"alice"};
  x.client_id = client_id{"c-1"};
  x.ts = 1'700'000'000'123;
  x.ordinal = 77;
  x.type = "text";
  x.text = "hi \xF0\x9F\x91\x8B" + std::string(200, 'x');
  x.attachments = R"([{"kind":"image"}])";
  x.reply_to = 41;
  x.mentions = {user_id{"bob"}, user_id{"carol"}};
  x.edited_ts = 1'700'000'001'000;
  x.deleted = true;
  x.reactions = {{"+1", 3}, {"\xE2\x9D\xA4", 4'000'000'000}};
  return x;
}

inline event_record event() {
  return {event_kind::reaction, user_id{"bob"},    -5, 300, "+1", true,
          member_role::owner,   {user_id{"carol"}}};
}

inline conversation_record conversation() {
  return {
    conversation_kind::match, true, "Tea", 12, user_id{"alice"}, 1ull << 40,
    ~std::uint64_t{0}};
}

inline member_record member() {
  return {member_role::admin, 1, 2, 4, 5, 6, 7, -1, true};
}

inline dedup_record dedup() {
  return {9, 1'700'000'000'000};
}

inline user_record user() {
  return {
    "Alice", "https://a/b.png", 1, true, "$argon2id$v=19$", 2, -1, "spam", 3,
    "busy"};
}

inline family_record family() {
  return {"phone", std::string(32, '\0'), 3, 4};
}

inline membership_record membership() {
  return {8, true};
}

inline former_record former() {
  return {true, 1'700'000'000'000};
}

inline dead_letter_record dead_letter() {
  return {"user:alice", "unreadable", 1'700'000'000'000, "\x01garbage"};
}

inline relation_record relation() {
  return {true, true, true, 5, 6, 7};
}

inline directory_record directory() {
  return {"Alice A.", 12};
}

inline standing_record standing() {
  return {3,   2,     1'800'000'000'000,
          "x", "5fa", {{user_id{"bob"}, "01ARZ3NDEKTSV4RRFFQ69G5FAW", 9}}};
}

inline report_record report() {
  return {user_id{"alice"},
          user_id{"bob"},
          conversation_id{"d.00000000000000000000000001"},
          {1, 1ull << 40},
          "spam",
          "again",
          12,
          13,
          "olga",
          "done"};
}

inline evidence_list_record evidence_list() {
  return {{{7, encode(message())}, {9, ""}}};
}

inline filing_record filing() {
  return {"01ARZ3NDEKTSV4RRFFQ69G5FAW", report(), {{7, encode(message())}}};
}

inline complaint_record complaint() {
  return {user_id{"alice"}, 12};
}

inline verdict_record verdict() {
  return {3, 12};
}

inline audit_record audit() {
  return {12, "ban", "olga", "bob", -1, "spam"};
}

inline address_ban_record address_ban() {
  return {"5fa", 12, user_id{"guest-abcdefghjkmn"}, 4};
}

inline outbox_record outbox() {
  return {outbox_kind::directory, "al", true, 12, "Alice"};
}

inline signing_key_record signing_key() {
  return {"k1", std::string(32, '\xFF'), 10, 20};
}

inline place_record place() {
  return {queue_name{"default"}, 3};
}

inline fence_record fence() {
  return {4, 1'700'000'000'000};
}

inline queue_record queue() {
  return {5, true};
}

inline ticket_record ticket() {
  return {user_id{"alice"}, 6, {user_id{"bob"}}, "said"};
}

inline meeting_record meeting() {
  return {7, ticket(), 8, {user_id{"carol"}, 9, {}, ""}, {"tea", "go"}, 10};
}

inline session_record session() {
  return {meeting(), 11, 4, user_id{"carol"}, true};
}

} // namespace parley::storage::samples
