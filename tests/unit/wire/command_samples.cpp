#include "tests/unit/wire/samples.hpp"

namespace parley::actors::wire {

namespace {

const user_id bob{"bob"};
const user_id carol{"carol"};
const conversation_id room{"g.01ARZ3NDEKTSV4RRFFQ69G5FAV"};
const family_id family{"01ARZ3NDEKTSV4RRFFQ69G5FAV"};

const grant granted{.family = family,
                    .device_id = "phone",
                    .refresh_hash = "h1",
                    .expires_at = 1'700'000'000'001};

const conversation_id met{"m.01ARZ3NDEKTSV4RRFFQ69G5FAV"};

const match::raw_wishes said{
  .self = {{.name = "age", .any = false, .texts = {}, .numbers = {25}},
           {.name = "language", .any = false, .texts = {"en", "de"}}},
  .want = {{.name = "gender", .any = true}},
  .interests = {"tea"},
  .widen
  = {{{.after_ms = 20'000, .want = {{.name = "age", .numbers = {20, 30}}}}}},
  .give_up_ms = 60'000};

const create_group group{
  .title = "climbers", .is_public = true, .members = {bob, carol}};

const report_user complaint{.user = bob,
                            .conversation = room,
                            .seqs = {7, 300},
                            .reason = "spam",
                            .text = "again and again",
                            .id = "01ARZ3NDEKTSV4RRFFQ69G5FAW"};

const sanction silence{.kind = sanction_kind::mute,
                       .until = 1'800'000'000'000,
                       .reason = "spam",
                       .by = "olga",
                       .verdict = 3};

const reattach returned{.node = 3,
                        .session = 3ull << 48,
                        .family = family,
                        .device_id = "tv",
                        .since = 1'700'000'000'003};

const sync catch_up{.seen = {{{room, 8}, {conversation_id{"d.1"}, 9}}},
                    .limit = 200,
                    .after = room};

} // namespace

std::vector<conversation_command> conversation_commands() {
  return {
    send_message{.to = bob,
                 .client_id = client_id{"c-1"},
                 .type = "text",
                 .text = "hello",
                 .attachments = R"([{"url":"u"}])",
                 .reply_to = 41,
                 .mentions = {bob, carol}},
    edit_message{.target = 300, .text = "hullo", .mentions = std::vector{bob}},
    delete_message{.target = 301},
    react{.target = 302, .emoji = "+1", .remove = true},
    update_group{.title = "hikers", .is_public = false},
    invite{.users = {bob, carol}},
    remove_member{.user = carol},
    join{},
    leave{},
    set_role{.user = bob, .role = storage::member_role::admin},
    mute{.until = -1},
    read_history{.before = 70'000, .after = 0, .limit = 50},
    read_events{.after = 5, .limit = 51, .bytes_max = 70'000},
    mark{.at = 12, .read = true},
    set_typing{.on = true},
    show_conversation{.members_after = bob, .members_limit = 100},
    summarise{},
    group,
    block_changed{.by = carol, .on = true},
    announce_position{},
    send_signal{
      .to = carol, .kind = signal_kind::candidate, .data = R"({"c":1})"},
    open_match{.first = bob, .second = carol},
    close_match{.by = bob},
    erase_match{.for_good = true},
    take_evidence{.user = bob, .seqs = {7, 300}, .limit = 50},
    list_reactions{.target = 300, .after = bob, .limit = 20},
  };
}

std::vector<user_command> user_commands() {
  return {
    sign_up{.display_name = "Bob",
            .password_hash = "$argon2id$1",
            .guest = true,
            .first = granted,
            .address = "5f3a"},
    load_credentials{},
    sign_in{.opened = granted, .new_password_hash = "$argon2id$2"},
    refresh_family{.family = family,
                   .presented_hash = "h1",
                   .next_hash = "h2",
                   .expires_at = 1'700'000'000'002},
    sign_out{.family = family},
    check_family{.family = family},
    attach{
      .node = 3, .session = 1ull << 48, .family = family, .device_id = "tv"},
    detach{.node = 2, .session = 77},
    show_user{},
    update_profile{.display_name = "Bobby", .avatar = ""},
    set_contact{.user = carol, .on = true},
    set_block{.user = bob, .on = true},
    list_contacts{.limit = 20, .after = user_id{"bob"}},
    set_presence{.status = presence_status::busy, .text = "in a call"},
    show_presence{},
    gather_presence{.users = {carol, bob}},
    list_conversations{.limit = 20, .cursor = "next"},
    catch_up,
    start_group{.conversation = room, .group = group},
    invite_users{.conversation = room, .users = {bob}},
    vet{.by = carol},
    membership_changed{
      .conversation = room, .joined = true, .as_of = 19, .by = bob},
    blocked_by{.by = bob, .on = true, .revision = 4},
    inspect_user{},
    set_ban{.until = 1'800'000'000'000, .reason = "spam"},
    sign_out_everywhere{},
    returned,
    announce_presence{},
    place_signal{.conversation = room,
                 .to = {bob, carol},
                 .kind = signal_kind::offer,
                 .data = "[]"},
    take_signal{.conversation = room,
                .from = bob,
                .kind = signal_kind::hangup,
                .data = "null"},
    seek_match{.queue = queue_name{"default"}, .said = said},
    quit_match{.how = quitting::next, .conversation = met},
    report_place{.queue = queue_name{"default"}},
    ticket_over{.queue = queue_name{"default"}, .ticket = 300},
    tell_session{.session = 1ull << 48,
                 .what = {.what = match_event::state::ended,
                          .conversation = met,
                          .partner = carol,
                          .partner_name = "Carol",
                          .shared = {"tea"},
                          .polite = true,
                          .why = 2}},
    complaint,
    silence,
    check_room{},
    join_conversation{.conversation = room},
    erase_guest{},
    list_blocked{.after = bob, .limit = 50},
  };
}

std::vector<moderation_command> moderation_commands() {
  const std::string id = "01ARZ3NDEKTSV4RRFFQ69G5FAW";
  return {
    file_report{{.id = id,
                 .report = report_sample(),
                 .evidence = {{.at = 7, .message = "bytes"}}}},
    list_reports{.before = id, .limit = 50, .open_only = true, .user = bob},
    show_report{.id = id},
    resolve_report{.id = id, .by = "olga", .note = "talked to"},
    record_action{.action = audit_sample(), .revision = 5},
    read_audit{
      .from = 1'700'000'000'000, .to = 1'800'000'000'000, .limit = 100},
    set_address_ban{{.address = "5f3a",
                     .until = 1'800'000'000'000,
                     .because_of = bob,
                     .revision = 6}},
    check_address{.address = "5f3a"},
    erase_old_reports{},
  };
}

storage::report_record report_sample() {
  return {.reporter = carol,
          .user = bob,
          .conversation = room,
          .seqs = {7, 300},
          .reason = "spam",
          .text = "again and again",
          .at = 1'700'000'000'123,
          .resolved_at = 1'700'000'000'124,
          .resolved_by = "olga",
          .note = "talked to"};
}

storage::audit_record audit_sample() {
  return {.at = 1'700'000'000'123,
          .action = "ban",
          .by = "olga",
          .subject = "bob",
          .until = -1,
          .reason = "spam"};
}

std::vector<directory_command> directory_commands() {
  return {
    list_handle{
      .user = bob, .display_name = "Bob", .created_at = 1'600'000'000'000},
    search_handles{.prefix = "bo", .limit = 10},
  };
}

std::vector<queue_command> queue_commands() {
  return {
    enqueue{
      .claim = 3, .display_name = "Bob", .said = said, .avoid = {bob, carol}},
    cancel_ticket{},
    end_match{.conversation = met},
    next_match{.conversation = met},
    note_presence{.here = true, .session = 1ull << 48},
    vacate{.claim = 4},
    expel{.user = carol},
    note_shunned{
      .user = bob, .other = carol, .reported = true, .conversation = met},
    show_queue{},
    explain_ticket{.ticket = 300},
    drain_queue{.on = true},
    list_matches{
      .from = 1'700'000'000'000, .to = 1'700'000'000'001, .limit = 50},
  };
}

} // namespace parley::actors::wire
