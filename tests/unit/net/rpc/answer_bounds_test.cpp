#include "actors/page_weight.hpp"
#include "base/answer_limits.hpp"
#include "net/rpc/results.hpp"
#include "net/rpc/values.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

// What answers can come to at most: nobody may write what closes a page to
// others. docs/protocol.md, "Answers", has the same bounds.
namespace parley::net::rpc {
namespace {

using actors::weight;

constexpr auto long_time = timestamp_ms{8'000'000'000'000'000'000};
constexpr auto last_seq = seq{INT64_MAX};

const user_id somebody{std::string(user_id::size_max, 'a')};
const conversation_id room{"g.00000000000000000000000001"};

template <class T>
std::string printed(const T& x) {
  std::string out;
  append_json(out, [&](json_out& to) { write(to, x); });
  return out;
}

std::size_t size_of(void (*write)(std::string&, const actors::reply&),
                    const actors::reply& what) {
  std::string out;
  write(out, what);
  return out.size();
}

// The longest that the method would let in, and the worst of bytes, which
// older nodes let in.
storage::message_record worst_record() {
  storage::message_record m;
  m.sender = somebody;
  m.client_id = client_id{std::string(limits::client_id_bytes_max, '"')};
  m.ts = long_time;
  m.type = std::string(limits::type_bytes_max, 'a');
  m.text = std::string(limits::text_bytes_max, '\x01');
  m.attachments = "[";
  for (std::size_t i = 0; i < limits::attachments_max; ++i)
    m.attachments += (i == 0 ? "\"" : ",\"")
                     + std::string(limits::attachment_bytes_max - 2, 'x') + '"';
  m.attachments += ']';
  m.reply_to = last_seq;
  m.mentions.assign(limits::mentions_max, somebody);
  m.edited_ts = long_time;
  m.reactions.assign(
    limits::reaction_kinds_max,
    {std::string(limits::emoji_bytes_max, '\x01'), UINT32_MAX});
  return m;
}

actors::message worst_message() {
  return {room, last_seq, worst_record()};
}

actors::log_event worst_event(storage::event_kind kind) {
  actors::log_event e{room, last_seq, {}, {}};
  e.content.kind = kind;
  e.content.by = somebody;
  e.content.ts = long_time;
  e.content.target = last_seq;
  e.content.removed = true;
  e.content.role = storage::member_role::member;
  e.content.value = std::string(limits::title_bytes_max, '\x01');
  e.content.users.assign(limits::invite_users_max + 1, somebody);
  e.text = std::string(limits::text_bytes_max, '\x01');
  return e;
}

actors::conversation_summary worst_summary() {
  actors::conversation_summary c;
  c.id = room;
  c.title = std::string(limits::title_bytes_max, '\x01');
  c.created_at = long_time;
  c.last_seq = last_seq;
  c.last_message = worst_message();
  c.unread = UINT64_MAX;
  c.read_seq = last_seq;
  c.member_count = UINT32_MAX;
  c.muted_until = long_time;
  return c;
}

actors::profile worst_profile() {
  return {somebody, std::string(limits::display_name_bytes_max, '"'),
          std::string(limits::avatar_bytes_max, '"'), long_time, false};
}

actors::match_view worst_match() {
  actors::match_view m;
  m.conversation = room;
  m.first = m.second = m.by = somebody;
  m.first_said = m.second_said = "\x01 \" said";
  m.shared.assign(10, "\x01");
  m.began = m.ended = long_time;
  return m;
}

storage::audit_record worst_action() {
  return {long_time, "unmute", "\"operator", "\x01", long_time, "\x01\n"};
}

actors::report_view worst_report() {
  actors::report_view r{"0123456789", {}};
  auto& x = r.content;
  x.reporter = x.user = somebody;
  x.conversation = room;
  x.seqs.assign(limits::report_seqs_max, last_seq);
  x.reason = std::string(limits::report_reason_bytes_max, '"');
  x.text = std::string(limits::report_text_bytes_max, '\x01');
  x.at = x.resolved_at = long_time;
  x.resolved_by = "\x01";
  x.note = "\x01\"";
  return r;
}

// What is weighed is never less than what is written, with a comma.
template <class T>
void expect_weighed(const T& x) {
  auto text = printed(x);
  EXPECT_LT(text.size(), weight(x)) << text.substr(0, 200);
  EXPECT_GT(text.size() + 400, weight(x)) << "not more than needed, either";
}

TEST(answer_bounds_test, weighs_what_is_written) {
  expect_weighed(actors::durable_event{worst_message()});
  for (auto kind : {storage::event_kind::edited, storage::event_kind::deleted,
                    storage::event_kind::reaction, storage::event_kind::created,
                    storage::event_kind::updated, storage::event_kind::joined,
                    storage::event_kind::left, storage::event_kind::role}) {
    auto e = worst_event(kind);
    EXPECT_LT(printed(actors::durable_event{e}).size(), weight(e));
  }
  expect_weighed(worst_summary());
  expect_weighed(worst_profile());
  expect_weighed(worst_match());
  expect_weighed(worst_action());
  expect_weighed(worst_report());
  expect_weighed(actors::member_view{somebody, storage::member_role::member,
                                     long_time, last_seq, last_seq});
  expect_weighed(
    actors::presence_view{somebody, actors::presence_status::offline, long_time,
                          std::string(limits::status_text_bytes_max, '"')});
}

TEST(answer_bounds_test, holds_any_one_item) {
  EXPECT_LT(weight(worst_message()), limits::page_item_bytes_max);
  EXPECT_LT(weight(worst_summary()), limits::page_item_bytes_max);
  EXPECT_LT(weight(worst_event(storage::event_kind::created)),
            limits::page_item_bytes_max);
  static_assert(limits::page_item_bytes_max < limits::page_bytes_max);
  static_assert(limits::page_item_bytes_max < limits::sync_bytes_max);
}

// Everything that answers list, full, and what stands around it.
TEST(answer_bounds_test, has_room_for_every_answer) {
  static_assert(limits::page_bytes_max + limits::page_item_bytes_max
                < limits::answer_bytes_max);
  auto most = limits::answer_bytes_max - 64 - limits::call_id_bytes_max;

  actors::conversation_details details;
  details.summary = worst_summary();
  details.members.assign(
    limits::members_page_max,
    {somebody, storage::member_role::member, long_time, last_seq, last_seq});
  details.members_after = somebody;
  EXPECT_LT(size_of(write_details, details), most);

  actors::presence_list presences;
  presences.presences.assign(limits::presence_users_max,
                             {somebody, actors::presence_status::online,
                              long_time,
                              std::string(limits::status_text_bytes_max, '"')});
  EXPECT_LT(size_of(write_presences, presences), most);

  actors::user_list users;
  users.users.assign(limits::search_results_max, worst_profile());
  EXPECT_LT(size_of(write_users, users), most);

  // As full as a sync can be: its bytes, and beyond them only names.
  actors::sync_result synced;
  synced.pages.assign(limits::sync_pages_max, {room, {}, false});
  synced.cursor = room;
  auto frames = size_of(write_sync, synced);
  EXPECT_LT(frames + limits::sync_bytes_max, most);
}

} // namespace
} // namespace parley::net::rpc
