#include "tests/unit/actors/entity_fixture.hpp"

namespace parley::actors {
namespace {

class moderation_entity_test : public entity_fixture {
protected:
  /// Bob writes to the user: the conversation of the two.
  conversation_id met_by(const user_id& who) {
    auto direct = direct_conversation(bob, who);
    reply_to<sent>(ask(bob, direct, text("buy", who)));
    return direct;
  }

  std::uint64_t ask_desk(moderation_command m) {
    auto call = 1'000 + ++asked_;
    node->router.send(
      cluster::moderation_desk(),
      caf::make_message(moderation_request{
        {{}, 0, true}, call_address{1, 0, call}, steady_us(), std::move(m)}));
    return call;
  }

  /// Asks until there are so many, for they come by way of an outbox.
  std::vector<report_view> reports(std::size_t count) {
    auto deadline = steady_clock::now() + test::recording_gateway::patience;
    for (;;) {
      auto found
        = reply_to<report_list>(ask_desk(list_reports{{}, 50, false, {}}));
      if (found.reports.size() >= count || steady_clock::now() > deadline)
        return found.reports;
    }
  }

  std::vector<storage::audit_record> actions(std::size_t count) {
    auto deadline = steady_clock::now() + test::recording_gateway::patience;
    for (;;) {
      auto found = reply_to<audit_page>(ask_desk(read_audit{0, 0, 50}));
      if (found.actions.size() >= count || steady_clock::now() > deadline)
        return found.actions;
    }
  }

  static report_user report(const user_id& about, conversation_id where,
                            std::string id) {
    report_user m;
    m.user = about;
    m.conversation = where;
    m.reason = "spam";
    m.id = std::move(id);
    m.id.resize(26, '0');
    return m;
  }

private:
  std::uint64_t asked_ = 0;
};

TEST_F(moderation_entity_test, has_what_a_member_reports) {
  sign_up_all(alice, bob);
  auto room = direct_conversation(alice, bob);
  reply_to<sent>(ask(bob, room, text("buy", alice)));
  auto made
    = reply_to<reported>(ask_user(alice, alice, report(bob, room, "01A")));
  auto found = reports(1);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id, made.report);
  auto details = reply_to<report_details>(ask_desk(show_report{made.report}));
  ASSERT_EQ(details.evidence.size(), 1u);
  EXPECT_EQ(details.evidence[0].content.text, "buy");
}

TEST_F(moderation_entity_test, has_nothing_of_conversations_not_seen) {
  sign_up_all(alice, bob, carol);
  auto room = direct_conversation(alice, bob);
  reply_to<sent>(ask(bob, room, text("hi", alice)));
  EXPECT_EQ(refusal_of(ask_user(carol, carol, report(bob, room, "01A"))),
            errc::not_found);
  EXPECT_EQ(
    refusal_of(ask_user(alice, alice, report(user_id{"nobody"}, {}, "01B"))),
    errc::not_found);
  EXPECT_TRUE(reports(0).empty());
}

TEST_F(moderation_entity_test, gets_a_report_that_it_could_not_take_at_first) {
  sign_up_all(alice, bob);
  hold_when_quiet();
  auto call = ask_user(alice, alice, report(bob, {}, "01A"));
  EXPECT_FALSE(node->out.answered(call));
  log->release();
  reply_to<reported>(call);
  restart();
  EXPECT_EQ(reports(1).size(), 1u);
  EXPECT_EQ(reports(1).size(), 1u);
}

TEST_F(moderation_entity_test, bans_and_writes_down_what_was_done) {
  node->with.opts.moderation.ban_reporters = 2;
  node->with.opts.moderation.ban_account_age = {};
  sign_up_all(alice, bob, carol);
  reply_to<attached>(ask_user(bob, bob, attach{1, 77, family_id{"f"}, "dev"}));
  reply_to<reported>(ask_user(alice, alice, report(bob, met_by(alice), "01A")));
  reply_to<reported>(ask_user(carol, carol, report(bob, met_by(carol), "01B")));
  EXPECT_TRUE(node->out.await_entry([](auto& e) {
    return e.closed && e.closed->session == 77
           && e.closed->why == close_reason::banned;
  }));
  auto seen = actions(1);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].subject, "bob");
  EXPECT_EQ(seen[0].by, "automatic");
}

TEST_F(moderation_entity_test, counts_reports_that_come_at_the_same_time) {
  node->with.opts.moderation.ban_reporters = 8;
  node->with.opts.moderation.ban_account_age = {};
  std::vector<std::uint64_t> calls;
  sign_up(bob);
  for (int i = 0; i < 8; ++i)
    sign_up(user_id{"user-" + std::to_string(i)});
  for (int i = 0; i < 8; ++i) {
    user_id who{"user-" + std::to_string(i)};
    calls.push_back(
      ask_user(who, who, report(bob, met_by(who), "01A" + std::to_string(i))));
  }
  for (auto call : calls)
    reply_to<reported>(call);
  EXPECT_EQ(actions(1).size(), 1u);
}

TEST_F(moderation_entity_test, hears_what_operators_do_to_users) {
  sign_up(bob);
  reply_to<done>(
    ask_user({}, bob, sanction{sanction_kind::mute, -1, "noise", "olga", 0}));
  auto seen = actions(1);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].action, "mute");
  EXPECT_EQ(seen[0].by, "olga");
}

} // namespace
} // namespace parley::actors
