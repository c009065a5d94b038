#include "tests/unit/wire/samples.hpp"

namespace parley::actors::wire {

namespace {

const user_id bob{"bob"};
const user_id carol{"carol"};
const conversation_id room{"g.01ARZ3NDEKTSV4RRFFQ69G5FAV"};

const conversation_id met{"m.01ARZ3NDEKTSV4RRFFQ69G5FAV"};

const message said{
  .conversation = room,
  .at = 128,
  .content = {.sender = bob,
              .client_id = client_id{"c-1"},
              .ts = 1'700'000'000'123,
              .ordinal = 120,
              .type = "text",
              .text = "good morning",
              .attachments = "[1]",
              .reply_to = 3,
              .mentions = {carol},
              .edited_ts = 1'700'000'000'124,
              .deleted = true,
              .reactions = {{.emoji = "+1", .count = 2}, {"heart", 300}}},
  .mine = {"+1"}};

const log_event happened{.conversation = room,
                         .at = 129,
                         .content = {.kind = storage::event_kind::role,
                                     .by = carol,
                                     .ts = 1'700'000'000'125,
                                     .target = 128,
                                     .value = "v",
                                     .removed = true,
                                     .role = storage::member_role::owner,
                                     .users = {bob, carol}},
                         .text = "as it is now"};

const conversation_summary summary{.id = room,
                                   .kind = conversation_kind::match,
                                   .title = "climbers",
                                   .is_public = true,
                                   .created_at = 1'600'000'000'000,
                                   .last_seq = 129,
                                   .last_ts = 1'700'000'000'126,
                                   .last_message = said,
                                   .unread = 7,
                                   .read_seq = 121,
                                   .member_count = 2,
                                   .muted_until = -1,
                                   .peer = carol};

const events_page page{
  .conversation = room, .events = {said, happened}, .has_more = true};

const profile bobs{.id = bob,
                   .display_name = "Bob",
                   .avatar = "a.png",
                   .created_at = 1'600'000'000'000,
                   .guest = true};

const presence_view view{.user = bob,
                         .status = presence_status::away,
                         .last_seen = 1'700'000'000'127,
                         .text = "lunch"};

} // namespace

std::vector<reply> replies() {
  return {
    done{},
    sent{.conversation = room,
         .at = 128,
         .ts = 1'700'000'000'123,
         .duplicate = true},
    changed{.at = 130},
    history_page{.messages = {said}, .has_more = true},
    page,
    summary,
    conversation_details{.summary = summary,
                         .members = {{.user = bob,
                                      .role = storage::member_role::owner,
                                      .joined_at = 1'600'000'000'001,
                                      .read_seq = 121,
                                      .delivered_seq = 122}},
                         .members_after = carol},
    conversation_list{.conversations = {summary}, .cursor = "next", .asked = 7},
    sync_result{
      .pages = {page}, .fresh = {summary}, .cursor = room, .asked = 7},
    bobs,
    credentials{.password_hash = "$argon2id$1"},
    account{.user = bobs,
            .family = family_id{"01ARZ3NDEKTSV4RRFFQ69G5FAV"},
            .muted_until = -1},
    attached{.user = bobs,
             .conversations = {room, conversation_id{"d.1"}},
             .muted_until = -1},
    presence_list{.presences = {view}},
    contact_list{.contacts = {bobs}, .cursor = user_id{"bob"}},
    user_list{.users = {bobs}},
    inspection{.rows = {{"families", "2"}, {"banned", "no"}}},
    enqueued{
      .ticket = 300, .waiting = 12, .wait_p50_ms = 900, .wait_p90_ms = 9'000},
    match_list{.matches = {{.conversation = met,
                            .first = bob,
                            .second = carol,
                            .first_said = "age=25",
                            .second_said = "age=26",
                            .shared = {"tea"},
                            .began = 1'700'000'000'005,
                            .ended = 1'700'000'000'006,
                            .how = 4,
                            .by = carol,
                            .reported = true}},
               .has_more = true},
    reported{.report = "01ARZ3NDEKTSV4RRFFQ69G5FAW"},
    evidence{.messages = {said}},
    report_list{.reports = {{.id = "01ARZ3NDEKTSV4RRFFQ69G5FAW",
                             .content = report_sample()}},
                .before = "01ARZ3NDEKTSV4RRFFQ69G5FAX"},
    report_details{.report = {.id = "01ARZ3NDEKTSV4RRFFQ69G5FAW",
                              .content = report_sample()},
                   .evidence = {said}},
    audit_page{.actions = {audit_sample()}, .has_more = true},
    blocked_list{.users = {bob, carol}, .cursor = carol},
    reaction_list{.reactions = {{.by = bob, .emoji = "+1"}}, .cursor = bob},
  };
}

std::vector<conversation_event> events() {
  return {
    said,
    happened,
    receipt{
      .conversation = room, .user = bob, .delivered_seq = 129, .read_seq = 128},
    read_count{.conversation = room, .at = 128, .read_by = 101},
    typing{.conversation = room, .user = carol, .on = true},
    position{.conversation = room, .at = 130, .ts = 1'700'000'000'004},
  };
}

publication publication_of(conversation_event what) {
  return {.conversation = room,
          .what = std::move(what),
          .except = (1ull << 48) + 5,
          .except_user = bob,
          .added = {user_id{"dan"}},
          .removed = {user_id{"eve"}},
          .hidden = {user_id{"fay"}, user_id{"gil"}}};
}

match_notice notice_sample() {
  return {.user = bob,
          .session = (1ull << 48) + 7,
          .what = {.what = match_event::state::ended,
                   .conversation = met,
                   .partner = carol,
                   .partner_name = "Carol",
                   .shared = {"tea", "go"},
                   .polite = true,
                   .why = 3}};
}

presence_change presence_sample() {
  return {.now = view, .hidden_from = {carol}, .only_to = {bob}};
}

settings_notice settings_sample() {
  return {.user = bob,
          .except = (1ull << 48) + 7,
          .what = {.what = settings_change::subject::mute,
                   .user = bobs,
                   .presence = view,
                   .other = carol,
                   .on = true,
                   .conversation = room,
                   .muted_until = 1'800'000'000'000}};
}

} // namespace parley::actors::wire
