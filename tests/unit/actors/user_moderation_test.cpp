#include "base/limits.hpp"
#include "tests/unit/actors/user_fixture.hpp"

#include <string>

namespace parley::actors {
namespace {

class user_moderation_test : public user_fixture {
protected:
  static sanction ban(timestamp_ms until, std::uint64_t verdict = 0) {
    return {sanction_kind::ban, until, "spam", "olga", verdict};
  }

  static sanction mute(timestamp_ms until) {
    return {sanction_kind::mute, until, "noise", "olga", 0};
  }

  report_user about(const user_id& user) {
    report_user m;
    m.user = user;
    m.reason = "spam";
    m.id = "report-" + std::to_string(++reports_);
    return m;
  }

  decision report(const user_id& user,
                  const std::vector<message>& evidence = {}) {
    auto d = state->decide(asked{{alice, 7}, now, 1}, about(user), evidence);
    if (!d.writes.empty())
      files.write(d.writes);
    return d;
  }

  /// What the decision has to tell of that kind.
  std::vector<storage::outbox_record> rows_of(const decision& d,
                                              storage::outbox_kind kind) {
    std::vector<storage::outbox_record> found;
    for (auto number : d.outbox)
      if (state->rows().row(number).kind == kind)
        found.push_back(state->rows().row(number));
    return found;
  }

  storage::audit_record action_in(const decision& d) {
    auto rows = rows_of(d, storage::outbox_kind::audit);
    EXPECT_EQ(rows.size(), 1u);
    if (rows.empty())
      return {};
    return *storage::decode<storage::audit_record>(rows[0].text);
  }

private:
  int reports_ = 0;
};

TEST_F(user_moderation_test, a_ban_closes_sessions_and_is_written_down) {
  sign_up_alice();
  attach_as(5);
  auto d = run(ban(now + 1'000));
  ASSERT_EQ(d.close.size(), 1u);
  EXPECT_EQ(d.close[0].why, close_reason::banned);
  auto action = action_in(d);
  EXPECT_EQ(action.action, "ban");
  EXPECT_EQ(action.by, "olga");
  EXPECT_EQ(action.subject, "alice");
  EXPECT_EQ(action.reason, "spam");
  EXPECT_EQ(action.until, now + 1'000);
}

TEST_F(user_moderation_test, a_ban_keeps_out_until_its_end) {
  sign_up_alice();
  run(ban(now + 1'000));
  reload();
  must<credentials>(load_credentials{});
  EXPECT_EQ(refusal(sign_in{granted("f2"), {}}), errc::forbidden)
    << "told only after the right password";
  EXPECT_EQ(refusal(check_family{family_id{"f1"}}), errc::forbidden);
  EXPECT_EQ(refusal(attach{1, 5, family_id{"f1"}, {}}), errc::forbidden);
  now += 1'000;
  must<account>(check_family{family_id{"f1"}});
}

TEST_F(user_moderation_test, each_action_has_a_place_of_its_own_in_the_log) {
  sign_up_alice();
  auto first = rows_of(run(ban(-1)), storage::outbox_kind::audit);
  reload();
  auto second = rows_of(run(ban(0)), storage::outbox_kind::audit);
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NE(first[0].version, second[0].version);
  EXPECT_EQ(storage::decode<storage::audit_record>(second[0].text)->action,
            "unban");
}

TEST_F(user_moderation_test, a_verdict_is_carried_out_once) {
  sign_up_alice();
  run(ban(now + 1'000, 1));
  run(ban(0));
  reload();
  auto again = run(ban(now + 1'000, 1));
  EXPECT_TRUE(again.answer);
  EXPECT_TRUE(again.writes.empty());
  must<account>(check_family{family_id{"f1"}});
  run(ban(now + 1'000, 2));
  EXPECT_EQ(refusal(check_family{family_id{"f1"}}), errc::forbidden);
}

TEST_F(user_moderation_test, a_verdict_shortens_no_ban) {
  sign_up_alice();
  run(ban(-1));
  run(ban(now + 1'000, 1));
  now += 2'000;
  EXPECT_EQ(refusal(check_family{family_id{"f1"}}), errc::forbidden);
}

TEST_F(user_moderation_test, who_is_not_there_can_not_be_banned) {
  EXPECT_EQ(refusal(ban(-1)), errc::not_found);
}

TEST_F(user_moderation_test, a_mute_reaches_sessions_now_and_later) {
  sign_up_alice();
  attach_as(5);
  auto d = run(mute(now + 1'000));
  EXPECT_TRUE(d.close.empty());
  ASSERT_EQ(d.silence.size(), 1u);
  EXPECT_EQ(d.silence[0].session, 5u);
  EXPECT_EQ(d.silence[0].until, now + 1'000);
  EXPECT_EQ(action_in(d).action, "mute");
  reload();
  EXPECT_EQ(attach_as(6, "f1", "tv").muted_until, now + 1'000);
  EXPECT_EQ(must<account>(check_family{family_id{"f1"}}).muted_until,
            now + 1'000);
  auto lifted = run(mute(0));
  EXPECT_EQ(lifted.silence.size(), 2u);
  EXPECT_EQ(action_in(lifted).action, "unmute");
}

// -- guests -------------------------------------------------------------------

TEST_F(user_moderation_test, a_guest_s_ban_is_its_address_s_with_an_end) {
  run(sign_up{"Guest", "", true, granted("f1"), "5f3a"});
  reload();
  auto d = run(ban(-1));
  auto rows = rows_of(d, storage::outbox_kind::address_ban);
  ASSERT_EQ(rows.size(), 1u);
  auto told = *storage::decode<storage::address_ban_record>(rows[0].text);
  EXPECT_EQ(told.address, "5f3a");
  EXPECT_EQ(told.until, now + 24 * 3'600'000);
  rows = rows_of(run(ban(now + 5)), storage::outbox_kind::address_ban);
  ASSERT_EQ(rows.size(), 1u);
  told = *storage::decode<storage::address_ban_record>(rows[0].text);
  EXPECT_EQ(told.until, now + 5);
  rows = rows_of(run(ban(0)), storage::outbox_kind::address_ban);
  ASSERT_EQ(rows.size(), 1u);
  told = *storage::decode<storage::address_ban_record>(rows[0].text);
  EXPECT_EQ(told.until, 0);
}

TEST_F(user_moderation_test, a_member_s_ban_is_nobody_else_s) {
  sign_up_alice();
  auto d = run(ban(-1));
  EXPECT_TRUE(rows_of(d, storage::outbox_kind::address_ban).empty());
}

// -- reporting ----------------------------------------------------------------

TEST_F(user_moderation_test, a_report_goes_out_with_its_evidence) {
  sign_up_alice();
  message said{conversation_id{"d.00000000000000000000000001"}, 9, {}};
  said.content.sender = bob;
  said.content.text = "buy";
  auto d = report(bob, {said});
  EXPECT_EQ(std::get<reported>(*d.answer).report, "report-1");
  auto rows = rows_of(d, storage::outbox_kind::report);
  ASSERT_EQ(rows.size(), 1u);
  auto filing = *storage::decode<storage::filing_record>(rows[0].text);
  EXPECT_EQ(filing.report.reporter, alice);
  EXPECT_EQ(filing.report.user, bob);
  ASSERT_EQ(filing.evidence.size(), 1u);
  auto kept
    = *storage::decode<storage::message_record>(filing.evidence[0].message);
  EXPECT_EQ(kept, said.content);
}

TEST_F(user_moderation_test, a_report_has_weight_where_the_two_have_met) {
  sign_up_alice();
  auto weightless = [&](const user_id& user, std::vector<message> evidence,
                        const char* where) {
    auto m = about(user);
    m.conversation = conversation_id{where};
    auto d = state->decide(asked{{alice, 7}, now, 1}, m, evidence);
    auto rows = rows_of(d, storage::outbox_kind::report);
    return storage::decode<storage::filing_record>(rows.at(0).text)->weightless;
  };
  message said;
  said.content.sender = bob;
  now += 24 * 60 * 60 * 1000 - 1;
  EXPECT_TRUE(weightless(bob, {said}, "d.1")) << "a young account";
  now += limits::report_interval_ms;
  EXPECT_FALSE(weightless(bob, {said}, "d.1"));
  EXPECT_TRUE(weightless(carol, {said}, "d.1")) << "it was somebody else";
  now += limits::report_interval_ms;
  EXPECT_TRUE(weightless(bob, {said}, "")) << "nowhere";
  EXPECT_FALSE(weightless(carol, {}, "m.00000000000000000000000001"));
}

TEST_F(user_moderation_test, one_report_about_a_user_in_a_day_counts) {
  sign_up_alice();
  report(bob);
  reload();
  auto again = report(bob);
  EXPECT_EQ(std::get<reported>(*again.answer).report, "report-1");
  EXPECT_TRUE(again.writes.empty());
  EXPECT_EQ(std::get<reported>(*report(carol).answer).report, "report-3");
  now += limits::report_interval_ms;
  EXPECT_EQ(std::get<reported>(*report(bob).answer).report, "report-4");
}

TEST_F(user_moderation_test, a_user_reports_so_many_in_a_day) {
  sign_up_alice();
  for (std::size_t i = 0; i < limits::reports_per_user_max; ++i) {
    auto d = report(user_id{"user-" + std::to_string(i)});
    EXPECT_TRUE(d.answer);
    now += 1'000;
  }
  auto over = report(bob);
  ASSERT_FALSE(over.answer);
  EXPECT_EQ(over.answer.error().code, errc::rate_limited);
  EXPECT_GT(over.answer.error().retry_after_ms, 0u);
  EXPECT_TRUE(over.writes.empty());
  now += over.answer.error().retry_after_ms;
  EXPECT_TRUE(report(bob).answer);
}

TEST_F(user_moderation_test, a_report_names_only_matches_to_the_queue) {
  sign_up_alice();
  run(seek_match{queue_name{"default"}, {}});
  auto report_of = [&](const user_id& user, const conversation_id& where) {
    auto m = about(user);
    m.conversation = where;
    auto d = state->decide(asked{{alice, 7}, now, 1}, m, {});
    auto rows = rows_of(d, storage::outbox_kind::shun);
    return rows.empty() ? std::string{"none"} : rows[0].text;
  };
  EXPECT_EQ(report_of(bob, direct_conversation(alice, bob)), "bob ");
  EXPECT_EQ(report_of(carol, named_group(alice, "x")), "carol ");
  auto match = ulid_conversation(conversation_kind::match, now, 1, 1);
  EXPECT_EQ(report_of(user_id{"dave"}, match), "dave " + match.str());
}

} // namespace
} // namespace parley::actors
