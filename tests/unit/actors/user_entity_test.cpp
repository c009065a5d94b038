#include "actors/gather.hpp"
#include "storage/scan_records.hpp"
#include "tests/unit/actors/entity_fixture.hpp"

namespace parley::actors {
namespace {

class user_entity_test : public entity_fixture {
protected:
  bool tells_presence(const user_id& user, presence_status status) {
    return node->out.await_entry([&](auto& e) {
      return e.presence && e.presence->now.user == user
             && e.presence->now.status == status;
    });
  }

  /// Waits until the user's entity has heard of so many conversations.
  bool await_conversations(const user_id& user, std::size_t count) {
    auto deadline = steady_clock::now() + test::recording_gateway::patience;
    while (steady_clock::now() < deadline) {
      auto call = ask_user(user, user, list_conversations{50, {}});
      if (reply_to<conversation_list>(call).conversations.size() == count)
        return true;
    }
    return false;
  }

  errc refusal_or_ok(std::uint64_t call) {
    auto got = answer_to(call);
    return got ? errc{} : got.error().code;
  }

  void attach_as(const user_id& user, session_id session) {
    reply_to<attached>(ask_user(
      user, user,
      attach{1, session, family_id{"f"}, "dev" + std::to_string(session)}));
  }
};

TEST_F(user_entity_test, gives_a_handle_to_one_of_a_thousand) {
  std::vector<std::uint64_t> calls;
  for (int i = 0; i < 1000; ++i)
    calls.push_back(ask_user(
      alice, alice,
      actors::sign_up{std::to_string(i),
                      "$",
                      false,
                      {family_id{std::to_string(i)}, "d", "h", 1ll << 60}}));
  int won = 0;
  for (auto call : calls) {
    auto got = answer_to(call);
    won += got ? 1 : 0;
    if (!got) {
      EXPECT_EQ(got.error().code, errc::conflict);
    }
  }
  EXPECT_EQ(won, 1);
}

TEST_F(user_entity_test, answers_a_block_when_all_know_it) {
  sign_up_all(alice, bob);
  auto direct = direct_conversation(alice, bob);
  reply_to<sent>(ask(alice, direct, text("hello", bob)));
  reply_to<done>(ask_user(alice, alice, set_block{bob, true}));
  EXPECT_EQ(refusal_of(ask(bob, direct, text("x"))), errc::forbidden);
  EXPECT_EQ(refusal_of(ask_user(bob, bob, vet{alice})), errc::forbidden);
  auto views = reply_to<presence_list>(
    ask_user(bob, bob, gather_presence{{alice, bob}}));
  EXPECT_EQ(views.presences.size(), 2u);
  reply_to<done>(ask_user(alice, alice, set_block{bob, false}));
  reply_to<sent>(ask(bob, direct, text("x")));
  EXPECT_EQ(
    refusal_of(ask_user(alice, alice, set_block{user_id{"nobody"}, true})),
    errc::not_found);
}

TEST_F(user_entity_test, says_of_no_block_that_all_know_it_where_it_can_not) {
  auto shard = [](auto& of) {
    return cluster::shard_of(cluster::key_of(of), test_node::shards);
  };
  sign_up_all(alice, bob);
  auto direct = direct_conversation(alice, bob);
  ASSERT_NE(shard(direct), shard(alice));
  ASSERT_NE(shard(direct), shard(bob));
  node->router.set_owner(shard(direct), {false, 0});
  auto call = ask_user(alice, alice, set_block{bob, true});
  // The block is there, and only the conversation does not know it.
  auto deadline = steady_clock::now() + test::recording_gateway::patience;
  while (refusal_or_ok(ask_user(bob, bob, vet{alice})) != errc::forbidden)
    ASSERT_LT(steady_clock::now(), deadline);
  node->router.set_owner(shard(alice), {false, 0});
  EXPECT_EQ(refusal_of(call), errc::unavailable);
  node->router.set_owner(shard(alice), {true, 1});
  auto again = ask_user(alice, alice, set_block{bob, true});
  node->router.set_owner(shard(direct), {true, 1});
  reply_to<done>(again);
  EXPECT_EQ(refusal_of(ask(bob, direct, text("x", alice))), errc::forbidden);
}

TEST_F(user_entity_test, delivers_its_outbox_after_a_restart) {
  sign_up_all(alice, bob);
  auto direct = direct_conversation(alice, bob);
  // A row that was durable when the node died, and was never delivered.
  storage::outbox_record row;
  row.kind = storage::outbox_kind::block;
  row.on = true;
  row.version = 1;
  row.to = direct.str();
  auto shard = cluster::shard_of(cluster::key_of(alice), test_node::shards);
  storage::user_keys keys{shard, alice};
  storage::write_set writes;
  writes.put(keys.outbox(900), storage::encode(row));
  row.to = bob.str();
  writes.put(keys.outbox(901), storage::encode(row));
  node.reset();
  files.write(writes);
  node = std::make_unique<test_node>(runtime.system(), files.db(), *log);
  // Its answer waits for rows to the same destinations, which come first.
  reply_to<done>(ask_user(alice, alice, set_block{bob, true}));
  EXPECT_EQ(refusal_of(ask(bob, direct, text("x", alice))), errc::forbidden);
  restart();
  std::size_t left = 0;
  auto seen = files.db().scan(keys.outbox(), [&](auto, auto) {
    ++left;
    return true;
  });
  EXPECT_TRUE(seen);
  EXPECT_EQ(left, 0u);
}

TEST_F(user_entity_test, erases_members_planted_by_a_strange_handle) {
  sign_up_all(alice, bob);
  auto direct = direct_conversation(alice, bob);
  reply_to<sent>(ask(alice, direct, text("x", bob)));
  user_id planted{direct.view()};
  auto shard_of = [](const cluster::entity_key& key) {
    return cluster::shard_of(key, test_node::shards);
  };
  storage::conversation_keys keys{shard_of(cluster::key_of(direct)), direct};
  storage::write_set writes;
  writes.put(
    storage::user_keys{shard_of(cluster::key_of(planted)), planted}.profile(),
    storage::encode(storage::user_record{}));
  writes.put(keys.member(user_id{"mallory"}),
             storage::encode(storage::member_record{}));
  node.reset();
  files.write(writes);
  node = std::make_unique<test_node>(runtime.system(), files.db(), *log);
  restart();
  std::vector<std::string> members;
  ASSERT_TRUE(files.db().scan(keys.members(), [&](auto key, auto) {
    members.emplace_back(storage::name_of(key));
    return true;
  }));
  EXPECT_EQ(members, (std::vector{alice.str(), bob.str()}));
}

TEST_F(user_entity_test, sets_rows_aside_that_can_not_be_carried_out) {
  sign_up_all(alice, bob);
  auto shard = cluster::shard_of(cluster::key_of(alice), test_node::shards);
  storage::user_keys keys{shard, alice};
  storage::outbox_record nameless;
  nameless.kind = storage::outbox_kind::block_conversation;
  nameless.to = direct_conversation(alice, bob).view();
  storage::outbox_record astray;
  astray.kind = storage::outbox_kind::match_step;
  astray.to = "nowhere";
  storage::write_set writes;
  writes.put(keys.outbox(900), "\x01garbage");
  writes.put(keys.outbox(901), storage::encode(nameless));
  writes.put(keys.outbox(902), storage::encode(astray));
  node.reset();
  files.write(writes);
  node = std::make_unique<test_node>(runtime.system(), files.db(), *log);
  // The rest goes on.
  reply_to<done>(ask_user(alice, alice, set_block{bob, true}));
  restart();
  std::vector<std::string> rows;
  auto seen = storage::scan_records<storage::dead_letter_record>(
    files.db(), storage::dead_letter_range(shard), [&](auto, auto letter) {
      EXPECT_EQ(letter.entity, cluster::key_of(alice).str());
      EXPECT_FALSE(letter.reason.empty());
      rows.push_back(letter.row);
      return true;
    });
  ASSERT_TRUE(seen);
  EXPECT_EQ(rows,
            (std::vector{std::string{"\x01garbage"}, storage::encode(nameless),
                         storage::encode(astray)}));
}

TEST_F(user_entity_test, lists_and_syncs_its_conversations) {
  sign_up_all(alice, bob, carol);
  auto group = make_group(alice, {bob, carol});
  auto direct = direct_conversation(alice, bob);
  reply_to<sent>(ask(alice, direct, text("one", bob)));
  reply_to<sent>(ask(alice, group, text("two")));
  attach_as(bob, 5);
  ASSERT_TRUE(await_conversations(bob, 2));
  auto shown = reply_to<conversation_list>(
    ask_user(bob, bob, list_conversations{50, {}}));
  ASSERT_EQ(shown.conversations.size(), 2u);
  EXPECT_EQ(shown.conversations[0].unread, 1u);
  auto all = reply_to<sync_result>(ask_user(bob, bob, sync{{}, 50}));
  EXPECT_EQ(all.pages.size(), 2u);
  using seen = std::vector<std::pair<conversation_id, seq>>;
  auto some
    = reply_to<sync_result>(ask_user(bob, bob, sync{seen{{group, 1}}, 50}));
  ASSERT_EQ(some.pages.size(), 1u);
  EXPECT_EQ(some.pages[0].events.size(), 1u);
  ASSERT_EQ(some.fresh.size(), 1u);
  EXPECT_EQ(some.fresh[0].id, direct);
}

TEST_F(user_entity_test, invites_nobody_who_is_not_there) {
  sign_up_all(alice, bob, carol);
  user_id nobody{"nobody"};
  auto id = named_group(alice, "other");
  EXPECT_EQ(refusal_of(ask_user(alice, alice,
                                start_group{id, {"t", false, {bob, nobody}}})),
            errc::not_found);
  EXPECT_EQ(refusal_of(ask(alice, id, summarise{})), errc::not_found);
  auto group = make_group(alice, {bob});
  EXPECT_EQ(refusal_of(ask_user(alice, alice, invite_users{group, {nobody}})),
            errc::not_found);
  reply_to<changed>(ask_user(alice, alice, invite_users{group, {carol}}));
  EXPECT_EQ(refusal_of(ask_user(bob, bob, invite_users{group, {carol}})),
            errc::forbidden);
}

TEST_F(user_entity_test, subscribes_sessions_to_what_they_join) {
  sign_up_all(alice, bob);
  attach_as(bob, 5);
  auto group = make_group(alice, {bob});
  EXPECT_TRUE(node->out.await_entry([&](auto& e) {
    return e.subscribed && e.subscribed->on && e.subscribed->session == 5
           && e.subscribed->conversation == group;
  }));
  reply_to<changed>(ask(alice, group, remove_member{bob}));
  EXPECT_TRUE(node->out.await_entry([&](auto& e) {
    return e.subscribed && !e.subscribed->on && e.subscribed->session == 5;
  }));
}

TEST_F(user_entity_test, tells_when_somebody_comes_and_goes) {
  sign_up(alice);
  attach_as(alice, 1);
  EXPECT_TRUE(tells_presence(alice, presence_status::online));
  ask_user(alice, alice, detach{1, 1});
  EXPECT_TRUE(tells_presence(alice, presence_status::offline));
  auto seen
    = reply_to<presence_list>(ask_user(alice, alice, gather_presence{{alice}}));
  EXPECT_GT(seen.presences.at(0).last_seen, 0);
}

TEST_F(user_entity_test, is_told_of_sessions_that_an_earlier_owner_knew) {
  sign_up_all(alice, bob);
  auto group = make_group(bob, {alice});
  ASSERT_TRUE(await_conversations(alice, 1));
  restart();
  reattach again{1, 5, family_id{"f"}, "phone", 100};
  auto got = reply_to<attached>(ask_user(alice, alice, again));
  EXPECT_EQ(got.conversations, (std::vector<conversation_id>{group}));
  auto seen
    = reply_to<presence_list>(ask_user(bob, bob, gather_presence{{alice}}));
  EXPECT_EQ(seen.presences.at(0).status, presence_status::online);
  reply_to<attached>(ask_user(alice, alice, again));
  again.family = family_id{"gone"};
  EXPECT_EQ(refusal_of(ask_user(alice, alice, again)), errc::unauthenticated);
  for (auto& e : node->out.entries()) {
    EXPECT_FALSE(e.presence) << "to its watchers it was there all the time";
    EXPECT_FALSE(e.closed);
  }
}

TEST_F(user_entity_test, tells_that_a_session_of_an_earlier_owner_is_gone) {
  sign_up(alice);
  restart();
  ask_user(alice, alice, reattach{1, 5, family_id{"f"}, "phone", 100});
  ask_user(alice, alice, detach{1, 5});
  EXPECT_TRUE(tells_presence(alice, presence_status::offline));
  for (auto& e : node->out.entries())
    if (e.presence) {
      EXPECT_EQ(e.presence->now.status, presence_status::offline);
    }
}

TEST_F(user_entity_test,
       tells_those_who_may_have_missed_it_that_nobody_is_here) {
  sign_up(alice);
  attach_as(alice, 1);
  EXPECT_TRUE(tells_presence(alice, presence_status::online));
  // The owner dies with the session's node: nobody says that it is gone.
  restart();
  node->router.send(
    cluster::key_of(alice),
    caf::make_message(user_request{{}, {}, steady_us(), announce_presence{}}));
  EXPECT_TRUE(tells_presence(alice, presence_status::offline));
}

TEST_F(user_entity_test, asks_again_when_whom_it_asked_has_another_owner) {
  sign_up_all(alice, bob);
  auto shard = cluster::shard_of(cluster::key_of(bob), test_node::shards);
  ASSERT_NE(shard,
            cluster::shard_of(cluster::key_of(alice), test_node::shards));
  auto began = steady_clock::now();
  node->others.swallows = true;
  node->router.set_owner(shard, {false, 2});
  auto add = ask_user(alice, alice, set_contact{bob, true});
  auto group = ask_user(
    alice, alice, start_group{named_group(alice, "g"), {"t", false, {bob}}});
  auto open = ask(alice, direct_conversation(alice, bob), text("hello", bob));
  // They are handled once she has answered what was asked after them.
  reply_to<profile>(ask_user(alice, alice, show_user{}));
  node->router.set_owner(shard, {true, 1});
  reply_to<done>(add);
  reply_to<conversation_summary>(group);
  reply_to<sent>(open);
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds{30});
}

TEST_F(user_entity_test, takes_no_answer_that_an_earlier_actor_waited_for) {
  sign_up_all(alice, bob);
  auto direct = direct_conversation(alice, bob);
  node->others.swallows = true;
  auto shard = cluster::shard_of(cluster::key_of(bob), test_node::shards);
  node->router.set_owner(shard, {false, 2});
  auto add = ask_user(alice, alice, set_contact{bob, true});
  auto open = ask(alice, direct, text("hello", bob));
  // They would have counted from one as well.
  for (std::uint64_t id = 1; id < 9; ++id) {
    const error late{errc::not_found, "late"};
    node->router.send(cluster::key_of(alice), caf::make_message(response{
                                                id * gathers::size_max, late}));
    node->router.send(cluster::key_of(direct),
                      caf::make_message(response{id, late}));
  }
  reply_to<profile>(ask_user(alice, alice, show_user{}));
  node->router.set_owner(shard, {true, 1});
  reply_to<done>(add);
  reply_to<sent>(open);
}

TEST_F(user_entity_test, tells_an_absence_after_it_has_lost_its_state) {
  sign_up(alice);
  attach_as(alice, 1);
  EXPECT_TRUE(tells_presence(alice, presence_status::online));
  hold_when_quiet();
  auto lost = ask_user(alice, alice, update_profile{"x", {}});
  ASSERT_TRUE(log->await(1));
  ask_user(alice, alice, detach{1, 1});
  log->lose();
  EXPECT_EQ(refusal_of(lost), errc::unavailable);
  EXPECT_TRUE(tells_presence(alice, presence_status::offline));
}

TEST_F(user_entity_test, closes_sockets_also_where_signing_out_was_lost) {
  sign_up(alice);
  attach_as(alice, 1);
  hold_when_quiet();
  auto lost = ask_user(alice, alice, sign_out{family_id{"f"}});
  ASSERT_TRUE(log->await(1));
  log->lose();
  EXPECT_EQ(refusal_of(lost), errc::unavailable);
  EXPECT_TRUE(node->out.await_entry(
    [](auto& e) { return e.closed && e.closed->session == 1; }));
  reply_to<account>(ask_user(alice, alice, check_family{family_id{"f"}}));
}

TEST_F(user_entity_test, stays_while_it_has_sessions) {
  sign_up_all(alice, bob);
  attach_as(alice, 1);
  auto far = steady_clock::now() + std::chrono::hours{1};
  auto deadline = steady_clock::now() + test::recording_gateway::patience;
  while (node->router.live(cluster::entity_kind::user) > 1
         && steady_clock::now() < deadline) {
    node->router.sweep(far);
    std::this_thread::yield();
  }
  auto left = node->router.entities(10);
  ASSERT_GE(left.size(), 1u);
  reply_to<profile>(ask_user(alice, bob, show_user{}));
  auto rows = reply_to<inspection>(ask_user({}, alice, inspect_user{})).rows;
  EXPECT_EQ(rows.back().first, "session");
}

TEST_F(user_entity_test, finds_listed_handles) {
  sign_up_all(alice, bob);
  // The directory hears of a handle through the outbox.
  auto deadline = steady_clock::now() + test::recording_gateway::patience;
  std::size_t found = 0;
  for (std::uint64_t call = 1'000'000;
       found == 0 && steady_clock::now() < deadline; ++call) {
    node->router.send(
      cluster::directory_of("al"),
      caf::make_message(directory_request{
        {}, call_address{1, 0, call}, steady_us(), search_handles{"ali", 10}}));
    found = reply_to<user_list>(call).users.size();
  }
  EXPECT_EQ(found, 1u);
}

TEST_F(user_entity_test, drops_an_outdated_state_when_nothing_uses_it) {
  sign_up(alice);
  log->set_lapsed(true);
  EXPECT_EQ(refusal_of(ask_user(alice, alice, show_user{})), errc::unavailable);
  log->set_lapsed(false);
  reply_to<profile>(ask_user(alice, alice, show_user{}));
}

TEST_F(user_entity_test, closes_the_sessions_of_an_expired_sign_in) {
  reply_to<account>(ask_user(alice, alice,
                             actors::sign_up{"Alice",
                                             "$hash",
                                             false,
                                             {family_id{"f"}, "dev", "refresh",
                                              system_clock().now_ms() + 200}}));
  attach_as(alice, 1);
  EXPECT_TRUE(node->out.await_entry([](auto& e) {
    return e.closed && e.closed->session == 1
           && e.closed->why == close_reason::revoked;
  }));
}

} // namespace
} // namespace parley::actors
