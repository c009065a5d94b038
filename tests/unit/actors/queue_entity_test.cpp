#include "tests/unit/actors/entity_fixture.hpp"

#include <set>

namespace parley::actors {
namespace {

using state = match_event::state;

class queue_entity_test : public entity_fixture {
protected:
  /// Signed up, with a session.
  template <class... Users>
  void come(const Users&... users) {
    (sign_up(users), ...);
    (enter(users), ...);
  }

  void enter(const user_id& user) {
    auto session = ++last_session_;
    sessions_[user] = session;
    reply_to<attached>(ask_user(
      user, user,
      attach{1, session, family_id{"f"}, "d" + std::to_string(session)}));
  }

  session_id session_of(const user_id& user) const {
    return sessions_.at(user);
  }

  void go(const user_id& user) {
    ask_user(user, user, detach{1, sessions_[user]});
  }

  std::uint64_t seek(const user_id& user, const char* queue = "default") {
    return ask_user(user, user, seek_match{queue_name{queue}, {}});
  }

  std::uint64_t quit(const user_id& user, quitting how) {
    return ask_user(user, user, quit_match{how});
  }

  template <class Command>
  std::uint64_t ask_queue(Command m, const user_id& by = {}) {
    auto call = ++queue_calls_;
    node->router.send(
      cluster::key_of(queue_name{"default"}),
      caf::make_message(queue_request{{by, 7, by.empty()},
                                      call_address{1, 0, call},
                                      steady_us(),
                                      queue_command{std::move(m)}}));
    return call;
  }

  std::uint64_t ask_desk(moderation_command m) {
    auto call = ++queue_calls_;
    node->router.send(
      cluster::moderation_desk(),
      caf::make_message(moderation_request{
        {{}, 0, true}, call_address{1, 0, call}, steady_us(), std::move(m)}));
    return call;
  }

  std::uint64_t report(const user_id& by, const user_id& about,
                       const conversation_id& where) {
    report_user m;
    m.user = about;
    m.conversation = where;
    m.reason = "threat";
    m.id = std::string(26, '0');
    return ask_user(by, by, m);
  }

  /// Waits until the queue has heard of it.
  match_view await_reported() {
    auto deadline = steady_clock::now() + test::recording_gateway::patience;
    for (;;) {
      auto all = reply_to<match_list>(ask_queue(list_matches{0, 1ll << 60, 10}))
                   .matches;
      EXPECT_EQ(all.size(), 1u);
      if (all.size() != 1 || all[0].reported || steady_clock::now() > deadline)
        return all.empty() ? match_view{} : all[0];
    }
  }

  std::string shown(std::string_view name) {
    for (auto& [key, value] :
         reply_to<inspection>(ask_queue(show_queue{})).rows)
      if (key == name)
        return value;
    return {};
  }

  /// Waits until the user was told so; `after` of what was said is passed over.
  match_event told(const user_id& user, state what,
                   const conversation_id& not_of = {}) {
    match_event out;
    EXPECT_TRUE(node->out.await_entry([&](auto& e) {
      if (!e.noticed || e.noticed->user != user || e.noticed->what.what != what
          || e.noticed->what.conversation == not_of)
        return false;
      out = e.noticed->what;
      return true;
    }))
      << user.str();
    return out;
  }

  conversation_id meet(const user_id& a, const user_id& b) {
    reply_to<enqueued>(seek(a));
    reply_to<enqueued>(seek(b));
    auto found = told(a, state::found);
    EXPECT_EQ(told(b, state::found).conversation, found.conversation);
    return found.conversation;
  }

  bool await_waiting(const std::string& count) {
    auto deadline = steady_clock::now() + test::recording_gateway::patience;
    while (steady_clock::now() < deadline) {
      if (shown("waiting") == count)
        return true;
      std::this_thread::yield();
    }
    return false;
  }

private:
  std::uint64_t last_session_ = 0;
  std::uint64_t queue_calls_ = 1'000'000;
  std::map<user_id, session_id> sessions_;
};

TEST_F(queue_entity_test, makes_a_conversation_for_two_and_nobody_else) {
  come(alice, bob, carol);
  auto id = meet(alice, bob);
  EXPECT_EQ(kind_of(id), conversation_kind::match);
  auto found = told(alice, state::found);
  EXPECT_EQ(found.partner, bob);
  EXPECT_EQ(found.partner_name, "bob");
  EXPECT_TRUE(found.polite);
  EXPECT_FALSE(told(bob, state::found).polite);
  reply_to<sent>(ask(alice, id, text("hello")));
  auto page = reply_to<history_page>(ask(bob, id, read_history{0, {}, 10}));
  ASSERT_EQ(page.messages.size(), 1u);
  EXPECT_EQ(refusal_of(ask(carol, id, read_history{0, {}, 10})),
            errc::not_found);
  EXPECT_EQ(refusal_of(ask(alice, id, leave{})), errc::forbidden);
}

TEST_F(queue_entity_test, ends_for_both_with_the_reason) {
  come(alice, bob);
  auto id = meet(alice, bob);
  reply_to<done>(quit(bob, quitting::leave));
  for (auto& user : {alice, bob}) {
    auto ended = told(user, state::ended);
    EXPECT_EQ(ended.conversation, id);
    EXPECT_EQ(ended.why, static_cast<std::uint32_t>(match::ending::left));
  }
  EXPECT_EQ(refusal_of(ask(alice, id, text("x"))), errc::forbidden);
  EXPECT_EQ(refusal_of(quit(bob, quitting::leave)), errc::not_found);
  // The two have just met.
  reply_to<enqueued>(seek(alice));
  EXPECT_EQ(reply_to<enqueued>(seek(bob)).waiting, 2u);
}

TEST_F(queue_entity_test, names_the_first_ticket_to_who_asks_for_a_second) {
  come(alice);
  auto first = reply_to<enqueued>(seek(alice));
  for (auto queue : {"default", "other"}) {
    auto again = answer_to(seek(alice, queue));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, errc::conflict);
    EXPECT_TRUE(again.error().detail.ends_with(std::to_string(first.ticket)));
  }
  reply_to<done>(quit(alice, quitting::cancel));
  reply_to<enqueued>(seek(alice, "other"));
  EXPECT_EQ(shown("waiting"), "0");
  EXPECT_EQ(refusal_of(seek(alice, "none")), errc::not_found);
}

TEST_F(queue_entity_test, takes_no_claim_of_a_user_who_has_gone_elsewhere) {
  come(alice);
  reply_to<enqueued>(seek(alice));
  reply_to<done>(quit(alice, quitting::cancel));
  reply_to<enqueued>(seek(alice, "other"));
  // It was on its way for long.
  enqueue late{1, "alice", {}, {}};
  EXPECT_EQ(refusal_of(ask_queue(late, alice)), errc::conflict);
  restart();
  EXPECT_EQ(refusal_of(ask_queue(late, alice)), errc::conflict);
}

TEST_F(queue_entity_test, keeps_who_waits_and_who_met_across_a_restart) {
  come(alice, bob, carol);
  auto id = meet(alice, bob);
  auto ticket = reply_to<enqueued>(seek(carol)).ticket;
  restart();
  EXPECT_EQ(shown("waiting"), "1");
  for (auto& user : {alice, bob, carol})
    enter(user);
  EXPECT_EQ(told(alice, state::found).conversation, id);
  EXPECT_EQ(told(bob, state::found).conversation, id);
  reply_to<sent>(ask(bob, id, text("still here")));
  auto again = answer_to(seek(carol));
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().detail.ends_with(std::to_string(ticket)));
  reply_to<enqueued>(quit(alice, quitting::next));
  auto next = told(alice, state::found, id);
  EXPECT_EQ(next.partner, carol);
}

TEST_F(queue_entity_test, tells_nobody_of_a_match_that_is_not_durable) {
  come(alice, bob);
  reply_to<enqueued>(seek(alice));
  // So that its place is known, and the match is the next thing written.
  reply_to<enqueued>(seek(bob, "other"));
  reply_to<done>(quit(bob, quitting::cancel));
  reply_to<enqueued>(seek(bob));
  auto id = told(bob, state::found).conversation;
  reply_to<done>(quit(bob, quitting::leave));
  told(alice, state::ended);
  sign_up(carol);
  enter(carol);
  reply_to<enqueued>(seek(carol));
  hold_when_quiet();
  auto lost = seek(alice);
  ASSERT_TRUE(log->await(1));
  log->lose();
  EXPECT_EQ(refusal_of(lost), errc::unavailable);
  for (auto& e : node->out.entries())
    EXPECT_FALSE(e.noticed && e.noticed->user == carol);
  // Who waited waits on, and is known to be there.
  reply_to<enqueued>(seek(alice));
  EXPECT_EQ(told(carol, state::found).partner, alice);
  EXPECT_NE(told(carol, state::found).conversation, id);
}

TEST_F(queue_entity_test, tells_a_session_that_comes_before_the_match_is_open) {
  come(alice, bob);
  // So that its place is known, and the match is the next thing written.
  reply_to<enqueued>(seek(bob));
  reply_to<done>(quit(bob, quitting::cancel));
  reply_to<enqueued>(seek(alice));
  hold_when_quiet();
  auto met = seek(bob);
  ASSERT_TRUE(log->await(1));
  enter(alice);
  log->release();
  reply_to<enqueued>(met);
  auto found = told(alice, state::found).conversation;
  reply_to<sent>(ask(alice, found, text("hello")));
  EXPECT_TRUE(node->out.await_entry([&](auto& e) {
    return e.noticed && e.noticed->user == alice
           && e.noticed->session == session_of(alice);
  }));
}

TEST_F(queue_entity_test, ends_the_match_of_who_stays_away) {
  come(alice, bob);
  auto id = meet(alice, bob);
  go(alice);
  auto ended = told(bob, state::ended);
  EXPECT_EQ(ended.conversation, id);
  EXPECT_EQ(ended.why, static_cast<std::uint32_t>(match::ending::disconnected));
  reply_to<enqueued>(seek(bob));
  go(bob);
  EXPECT_TRUE(await_waiting("0"));
}

TEST_F(queue_entity_test, never_matches_again_who_was_reported) {
  come(alice, bob);
  auto id = meet(alice, bob);
  reply_to<reported>(report(alice, bob, id));
  for (auto& user : {alice, bob})
    EXPECT_EQ(told(user, state::ended).why,
              static_cast<std::uint32_t>(match::ending::reported));
  auto over = await_reported();
  EXPECT_TRUE(over.reported);
  EXPECT_EQ(over.by, alice);
  restart();
  enter(alice);
  reply_to<enqueued>(seek(alice));
  auto avoided
    = reply_to<inspection>(ask_queue(explain_ticket{reply_to<enqueued>([&] {
                                                      enter(bob);
                                                      return seek(bob);
                                                    }())
                                                      .ticket}));
  for (auto& [name, value] : avoided.rows)
    if (name == "avoided") {
      EXPECT_EQ(value, "1");
    }
}

TEST_F(queue_entity_test, marks_a_match_that_is_reported_later) {
  come(alice, bob);
  auto id = meet(alice, bob);
  reply_to<done>(quit(bob, quitting::leave));
  told(alice, state::ended);
  reply_to<reported>(report(alice, bob, id));
  auto over = await_reported();
  EXPECT_TRUE(over.reported);
  EXPECT_EQ(over.how, static_cast<std::uint32_t>(match::ending::left));
}

TEST_F(queue_entity_test, keeps_what_was_reported_of_a_match_that_is_erased) {
  come(alice, bob, carol);
  auto id = meet(alice, bob);
  reply_to<sent>(ask(bob, id, text("a threat")));
  reply_to<done>(quit(bob, quitting::leave));
  told(alice, state::ended);
  EXPECT_EQ(refusal_of(report(carol, bob, id)), errc::not_found);
  EXPECT_EQ(refusal_of(report(alice, carol, id)), errc::not_found);
  auto made = reply_to<reported>(report(alice, bob, id));
  reply_to<done>(ask({}, id, erase_match{false}));
  EXPECT_EQ(refusal_of(report(bob, alice, id)), errc::not_found);
  await_reported();
  restart();
  // By now it has been told of the report, or is when it starts.
  auto deadline = steady_clock::now() + test::recording_gateway::patience;
  auto kept = answer_to(ask_desk(show_report{made.report}));
  while (!kept && steady_clock::now() < deadline)
    kept = answer_to(ask_desk(show_report{made.report}));
  ASSERT_TRUE(kept);
  auto& messages = std::get<report_details>(*kept).evidence;
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].content.text, "a threat");
}

TEST_F(queue_entity_test, takes_out_who_is_banned) {
  come(alice);
  reply_to<enqueued>(seek(alice));
  reply_to<done>(ask_user({}, alice, set_ban{-1, "spam"}));
  EXPECT_TRUE(await_waiting("0"));
  EXPECT_EQ(refusal_of(seek(alice)), errc::forbidden);
}

TEST_F(queue_entity_test, ends_the_match_of_who_is_banned) {
  come(alice, bob);
  auto id = meet(alice, bob);
  reply_to<done>(
    ask_user({}, alice, sanction{sanction_kind::ban, -1, "threat", "olga", 0}));
  EXPECT_EQ(told(bob, state::ended).conversation, id);
  EXPECT_EQ(refusal_of(quit(bob, quitting::leave)), errc::not_found);
}

TEST_F(queue_entity_test, forgets_what_was_said) {
  come(alice, bob);
  auto id = meet(alice, bob);
  reply_to<sent>(ask(alice, id, text("a secret")));
  reply_to<done>(quit(bob, quitting::leave));
  told(alice, state::ended);
  reply_to<done>(ask({}, id, erase_match{false}));
  auto shard = cluster::shard_of(cluster::key_of(id), test_node::shards);
  storage::conversation_keys keys{shard, id};
  std::set<std::string> left;
  ASSERT_TRUE(files.db().scan(keys.all(), [&](auto key, auto) {
    left.emplace(key);
    return true;
  }));
  EXPECT_EQ(left, std::set<std::string>{keys.head()});
  // A notice that comes late opens nothing.
  reply_to<done>(ask({}, id, open_match{alice, bob}));
  EXPECT_EQ(refusal_of(ask(alice, id, text("x"))), errc::not_found);
  reply_to<done>(ask({}, id, erase_match{true}));
  EXPECT_EQ(refusal_of(ask(alice, id, text("x"))), errc::not_found);
}

} // namespace
} // namespace parley::actors
