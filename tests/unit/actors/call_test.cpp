#include "tests/unit/actors/entity_fixture.hpp"

namespace parley::actors {
namespace {

/// Signals from one user's entity over the conversation's to another's.
class call_test : public entity_fixture {
protected:
  void SetUp() override {
    sign_up_all(alice, bob, carol);
    direct = direct_conversation(alice, bob);
    reply_to<sent>(ask(alice, direct, text("hello", bob)));
    attach_as(alice, 7);
    attach_as(bob, 8);
    attach_as(bob, 9);
  }

  void attach_as(const user_id& user, session_id session) {
    reply_to<attached>(ask_user(
      user, user,
      attach{1, session, family_id{"f"}, "dev" + std::to_string(session)}));
  }

  bool tells(session_id session, signal_kind kind, const user_id& from) {
    return node->out.await_entry([&](auto& e) {
      return e.signalled && e.signalled->session == session
             && e.signalled->what.kind == kind && e.signalled->what.from == from
             && e.signalled->what.conversation == direct;
    });
  }

  conversation_id direct;
};

TEST_F(call_test, reaches_all_sessions_of_the_other) {
  reply_to<done>(
    ask(alice, direct, send_signal{{}, signal_kind::ring, "null"}));
  EXPECT_TRUE(tells(8, signal_kind::ring, alice));
  EXPECT_TRUE(tells(9, signal_kind::ring, alice));
}

TEST_F(call_test, hangs_up_when_the_session_of_the_call_is_gone_for_good) {
  reply_to<done>(
    ask(alice, direct, send_signal{bob, signal_kind::offer, "{}"}));
  EXPECT_TRUE(tells(8, signal_kind::offer, alice));
  reply_to<done>(ask_user(alice, alice, detach{1, 7}));
  EXPECT_TRUE(tells(8, signal_kind::hangup, alice));
}

TEST_F(call_test, ends_where_it_could_not_begin_any_more) {
  reply_to<done>(
    ask(alice, direct, send_signal{bob, signal_kind::offer, "{}"}));
  EXPECT_TRUE(tells(8, signal_kind::offer, alice));
  reply_to<done>(ask_user(bob, bob, set_block{alice, true}));
  send_signal more{{}, signal_kind::candidate, "{}"};
  EXPECT_EQ(refusal_of(ask(alice, direct, more)), errc::forbidden);
  reply_to<done>(
    ask(alice, direct, send_signal{{}, signal_kind::hangup, "null"}));
  EXPECT_TRUE(tells(8, signal_kind::hangup, alice));
}

TEST_F(call_test, is_not_for_those_who_are_blocked_in_a_group) {
  auto group = make_group(alice, {bob, carol});
  reply_to<done>(ask_user(bob, bob, set_block{alice, true}));
  reply_to<done>(ask(alice, group, send_signal{bob, signal_kind::ring, "1"}));
  EXPECT_TRUE(node->out.await_entry([&](auto& e) {
    return e.signalled && e.signalled->session == 7
           && e.signalled->what.kind == signal_kind::hangup
           && e.signalled->what.data == R"({"reason":"offline"})";
  }));
}

TEST_F(call_test, is_refused_to_those_who_may_not_talk) {
  send_signal ring{{}, signal_kind::ring, "null"};
  EXPECT_EQ(refusal_of(ask(carol, direct, ring)), errc::not_found);
  ring.to = carol;
  EXPECT_EQ(refusal_of(ask(alice, direct, ring)), errc::not_found);
  ring.to = alice;
  EXPECT_EQ(refusal_of(ask(alice, direct, ring)), errc::not_found);
  reply_to<done>(ask_user(bob, bob, set_block{alice, true}));
  ring.to = bob;
  EXPECT_EQ(refusal_of(ask(alice, direct, ring)), errc::forbidden);
  for (auto& e : node->out.entries())
    EXPECT_FALSE(e.signalled);
}

} // namespace
} // namespace parley::actors
