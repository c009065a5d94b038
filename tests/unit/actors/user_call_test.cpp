#include "actors/user_call.hpp"

#include <gtest/gtest.h>

namespace parley::actors {
namespace {

const user_id alice{"alice"};
const user_id bob{"bob"};
const user_id carol{"carol"};
const conversation_id here{"d.1"};
const conversation_id elsewhere{"d.2"};
constexpr session_id phone = 7;
constexpr session_id tablet = 8;
constexpr timestamp_ms start = 1'000'000;
constexpr timestamp_ms ring_ms = 30'000;
constexpr timestamp_ms grace_ms = 10'000;

place_signal placed(signal_kind kind, std::vector<user_id> to = {bob},
                    conversation_id conversation = here) {
  return {conversation, std::move(to), kind, R"({"a":1})"};
}

take_signal taken(signal_kind kind, user_id from = bob,
                  conversation_id conversation = here) {
  return {conversation, from, kind, R"({"a":1})"};
}

/// Alice's side.
class user_call_test : public testing::Test {
protected:
  /// She has answered Bob on her phone.
  void answered() {
    call.take(taken(signal_kind::offer), true, start);
    EXPECT_TRUE(call.place(phone, placed(signal_kind::answer), start).verdict);
  }

  static std::string reason_of(const std::string& data) {
    return data.substr(11, data.size() - 13);
  }

  user_call call{alice, {}};
};

TEST_F(user_call_test, rings_on_all_sessions_until_one_answers) {
  auto rung = call.take(taken(signal_kind::ring), true, start);
  ASSERT_EQ(rung.tell.size(), 1u);
  EXPECT_EQ(rung.tell[0].only, 0u);
  EXPECT_EQ(rung.tell[0].except, 0u);
  EXPECT_EQ(rung.tell[0].what.from, bob);
  EXPECT_EQ(rung.tell[0].what.data, R"({"a":1})");

  auto answer = call.place(phone, placed(signal_kind::answer), start);
  ASSERT_TRUE(answer.verdict);
  ASSERT_EQ(answer.tell.size(), 1u) << "the others stop ringing";
  EXPECT_EQ(answer.tell[0].except, phone);
  EXPECT_EQ(answer.tell[0].what.kind, signal_kind::hangup);
  EXPECT_EQ(reason_of(answer.tell[0].what.data), "answered_elsewhere");
  ASSERT_EQ(answer.pass.size(), 1u);
  EXPECT_EQ(answer.pass[0].to, bob);
  EXPECT_EQ(answer.pass[0].what.from, alice);
  EXPECT_EQ(answer.pass[0].what.kind, signal_kind::answer);

  auto later = call.take(taken(signal_kind::candidate), true, start);
  ASSERT_EQ(later.tell.size(), 1u);
  EXPECT_EQ(later.tell[0].only, phone);
}

TEST_F(user_call_test, only_the_session_that_has_the_call_signals) {
  answered();
  for (auto kind : {signal_kind::ring, signal_kind::offer, signal_kind::answer,
                    signal_kind::candidate, signal_kind::hangup}) {
    auto step = call.place(tablet, placed(kind), start);
    ASSERT_FALSE(step.verdict);
    EXPECT_EQ(step.verdict.error().code, errc::conflict);
    EXPECT_TRUE(step.pass.empty());
  }
}

TEST_F(user_call_test, answers_busy_from_another_conversation) {
  answered();
  auto step
    = call.take(taken(signal_kind::ring, carol, elsewhere), true, start);
  EXPECT_TRUE(step.tell.empty());
  ASSERT_EQ(step.pass.size(), 1u);
  EXPECT_EQ(step.pass[0].to, carol);
  EXPECT_EQ(step.pass[0].what.conversation, elsewhere);
  EXPECT_EQ(step.pass[0].what.kind, signal_kind::hangup);
  EXPECT_EQ(reason_of(step.pass[0].what.data), "busy");
  auto own
    = call.place(phone, placed(signal_kind::ring, {carol}, elsewhere), start);
  ASSERT_FALSE(own.verdict);
  EXPECT_EQ(own.verdict.error().code, errc::conflict);
}

TEST_F(user_call_test, goes_on_from_match_to_match) {
  const conversation_id match{"m.01ARZ3NDEKTSV4RRFFQ69G5FAV"};
  const conversation_id next{"m.01ARZ3NDEKTSV4RRFFQ69G5FAW"};
  const conversation_id last{"m.01ARZ3NDEKTSV4RRFFQ69G5FAX"};
  call.place(phone, placed(signal_kind::offer, {bob}, match), start);
  auto taken_next
    = call.take(taken(signal_kind::offer, carol, next), true, start);
  EXPECT_EQ(taken_next.tell.size(), 1u);
  EXPECT_TRUE(taken_next.pass.empty());
  EXPECT_TRUE(
    call.place(tablet, placed(signal_kind::answer, {carol}, next), start)
      .verdict);
  EXPECT_TRUE(
    call.place(phone, placed(signal_kind::offer, {bob}, last), start).verdict);
  EXPECT_FALSE(
    call.place(phone, placed(signal_kind::offer, {bob}, here), start).verdict);
}

TEST_F(user_call_test, says_that_nobody_is_there) {
  auto step = call.take(taken(signal_kind::ring), false, start);
  ASSERT_EQ(step.pass.size(), 1u);
  EXPECT_EQ(reason_of(step.pass[0].what.data), "offline");
  EXPECT_EQ(step.hung_up, "offline");
  EXPECT_FALSE(call.active());
}

TEST_F(user_call_test, rings_for_thirty_seconds_on_both_sides) {
  call.place(phone, placed(signal_kind::ring), start);
  ASSERT_EQ(call.due(), start + ring_ms);
  EXPECT_TRUE(call.expire(start + ring_ms - 1).tell.empty());
  auto over = call.expire(start + ring_ms);
  ASSERT_EQ(over.tell.size(), 1u);
  EXPECT_EQ(over.tell[0].only, phone);
  EXPECT_EQ(over.tell[0].what.from, bob);
  EXPECT_EQ(reason_of(over.tell[0].what.data), "timeout");
  EXPECT_FALSE(call.active());

  call.take(taken(signal_kind::ring), true, start);
  over = call.expire(start + ring_ms);
  ASSERT_EQ(over.tell.size(), 1u);
  EXPECT_EQ(over.tell[0].only, 0u);
}

TEST_F(user_call_test, an_answered_call_does_not_expire) {
  answered();
  EXPECT_EQ(call.due(), std::nullopt);
  call.place(phone, placed(signal_kind::hangup), start);
  call.place(phone, placed(signal_kind::offer), start);
  call.take(taken(signal_kind::answer), true, start);
  EXPECT_EQ(call.due(), std::nullopt);
}

TEST_F(user_call_test, is_declined_on_all_sessions) {
  call.take(taken(signal_kind::ring), true, start);
  auto step = call.place(tablet, placed(signal_kind::hangup), start);
  ASSERT_TRUE(step.verdict);
  ASSERT_EQ(step.pass.size(), 1u);
  ASSERT_EQ(step.tell.size(), 1u);
  EXPECT_EQ(step.tell[0].except, tablet);
  EXPECT_EQ(reason_of(step.tell[0].what.data), "declined");
  EXPECT_FALSE(call.active());
}

TEST_F(user_call_test, ends_for_both_with_a_hangup) {
  answered();
  auto step = call.take(taken(signal_kind::hangup), true, start);
  ASSERT_EQ(step.tell.size(), 1u);
  EXPECT_EQ(step.tell[0].only, phone);
  EXPECT_FALSE(call.active());
  for (auto kind : {signal_kind::candidate, signal_kind::answer})
    EXPECT_TRUE(call.take(taken(kind), true, start).tell.empty());
  auto refused = call.place(phone, placed(signal_kind::candidate), start);
  ASSERT_FALSE(refused.verdict);
  EXPECT_EQ(refused.verdict.error().code, errc::not_found);
  EXPECT_TRUE(call.place(phone, placed(signal_kind::hangup), start).verdict)
    << "hanging up twice is no fault";
}

TEST_F(user_call_test, hangs_up_on_those_whose_session_has_vanished) {
  answered();
  call.note_session(false, start);
  call.note_session(false, start + 5'000);
  ASSERT_EQ(call.due(), start + grace_ms);
  auto step = call.expire(start + grace_ms);
  ASSERT_EQ(step.pass.size(), 1u);
  EXPECT_EQ(step.pass[0].to, bob);
  EXPECT_EQ(reason_of(step.pass[0].what.data), "gone");
  EXPECT_FALSE(call.active());
}

TEST_F(user_call_test, goes_on_with_the_next_session) {
  answered();
  call.note_session(false, start);
  EXPECT_TRUE(call.place(tablet, placed(signal_kind::offer), start).verdict);
  EXPECT_EQ(call.session(), tablet);
  EXPECT_EQ(call.due(), std::nullopt);
}

TEST_F(user_call_test, goes_on_where_its_session_comes_back) {
  answered();
  call.note_session(false, start);
  call.note_session(true, start + 1'000);
  EXPECT_EQ(call.due(), std::nullopt);
}

TEST_F(user_call_test, ends_for_all_in_it_where_nobody_is_named) {
  answered();
  call.take(taken(signal_kind::offer, carol), true, start);
  auto step = call.place(phone, placed(signal_kind::hangup, {}), start);
  ASSERT_TRUE(step.verdict);
  ASSERT_EQ(step.pass.size(), 2u);
  EXPECT_EQ(step.pass[0].to, bob);
  EXPECT_EQ(step.pass[1].to, carol);
  EXPECT_FALSE(call.active());
}

TEST_F(user_call_test, hangs_up_what_a_node_has_forgotten) {
  auto own = call.place(phone, placed(signal_kind::hangup), start);
  ASSERT_TRUE(own.verdict);
  ASSERT_EQ(own.pass.size(), 1u);
  EXPECT_EQ(own.pass[0].to, bob);
  auto theirs = call.take(taken(signal_kind::hangup), true, start);
  ASSERT_EQ(theirs.tell.size(), 1u);
  EXPECT_EQ(theirs.tell[0].only, 0u);
  EXPECT_FALSE(call.active());
}

TEST_F(user_call_test, knows_again_by_an_offer_what_a_node_has_forgotten) {
  auto step = call.take(taken(signal_kind::offer), true, start);
  ASSERT_EQ(step.tell.size(), 1u);
  EXPECT_EQ(step.tell[0].only, 0u);
  EXPECT_TRUE(call.place(phone, placed(signal_kind::answer), start).answers);
  EXPECT_EQ(call.session(), phone);
}

TEST_F(user_call_test, survives_that_both_call_at_once) {
  call.place(phone, placed(signal_kind::offer), start);
  auto theirs = call.take(taken(signal_kind::offer), true, start);
  ASSERT_EQ(theirs.tell.size(), 1u);
  EXPECT_EQ(theirs.tell[0].only, phone);
  EXPECT_TRUE(call.place(phone, placed(signal_kind::answer), start).verdict);
  EXPECT_EQ(call.due(), std::nullopt);
}

TEST_F(user_call_test, takes_several_of_one_conversation) {
  answered();
  EXPECT_EQ(
    call.take(taken(signal_kind::offer, carol), true, start).tell.size(), 1u);
  call.take(taken(signal_kind::hangup), true, start);
  EXPECT_TRUE(call.active());
  call.take(taken(signal_kind::hangup, carol), true, start);
  EXPECT_FALSE(call.active());
}

TEST_F(user_call_test, is_full_some_time) {
  for (int i = 0; i < 40; ++i) {
    user_id user{"u" + std::to_string(i)};
    auto step = call.take(taken(signal_kind::ring, user), true, start);
    EXPECT_EQ(step.pass.size(), i < 32 ? 0u : 1u) << i;
  }
}

TEST_F(user_call_test, ends_with_those_who_are_in_it_and_nobody_else) {
  answered();
  auto to_all = placed(signal_kind::hangup, {carol});
  to_all.to_all = true;
  auto over = call.place(phone, to_all, start);
  ASSERT_EQ(over.pass.size(), 1u);
  EXPECT_EQ(over.pass[0].to, bob) << "also where only others are members now";
  EXPECT_FALSE(call.active());
}

TEST_F(user_call_test, says_nothing_with_the_hangup_of_who_may_not_talk) {
  auto end = placed(signal_kind::hangup);
  end.ends_only = true;
  EXPECT_TRUE(call.place(phone, end, start).pass.empty()) << "no call";
  answered();
  auto over = call.place(phone, end, start);
  ASSERT_EQ(over.pass.size(), 1u);
  EXPECT_EQ(over.pass[0].what.data, "null");
}

TEST_F(user_call_test, ends_for_both_where_one_blocks_the_other) {
  EXPECT_TRUE(call.drop(bob).pass.empty());
  answered();
  auto over = call.drop(bob);
  ASSERT_EQ(over.pass.size(), 1u);
  ASSERT_EQ(over.tell.size(), 1u);
  EXPECT_EQ(reason_of(over.pass[0].what.data), "offline");
  EXPECT_FALSE(call.active());
}

TEST_F(user_call_test, goes_on_with_a_newer_session_that_offers) {
  answered();
  EXPECT_FALSE(call.place(tablet, placed(signal_kind::offer), start).verdict);
  EXPECT_FALSE(
    call.place(tablet, placed(signal_kind::candidate), start, true).verdict);
  EXPECT_TRUE(
    call.place(tablet, placed(signal_kind::offer), start, true).verdict);
  EXPECT_EQ(call.session(), tablet);
}

} // namespace
} // namespace parley::actors
