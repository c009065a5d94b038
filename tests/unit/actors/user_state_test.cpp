#include "base/limits.hpp"
#include "tests/unit/actors/user_fixture.hpp"

namespace parley::actors {
namespace {

class user_state_test : public user_fixture {
protected:
  user_state_test() {
    sign_up_alice();
  }

  presence_view seen_by(const user_id& other) {
    return must<presence_list>(show_presence{}, other).presences.at(0);
  }

  static inline const conversation_id group = named_group(carol, "g");
};

TEST_F(user_state_test, is_present_while_it_has_a_session) {
  EXPECT_EQ(seen_by(bob).status, presence_status::offline);
  attach_as(1);
  EXPECT_EQ(seen_by(bob).status, presence_status::online);
  must<done>(set_presence{presence_status::away, "lunch"});
  reload();
  EXPECT_EQ(seen_by(bob).status, presence_status::away);
  EXPECT_EQ(seen_by(bob).text, "lunch");
  run(detach{1, 1});
  EXPECT_EQ(seen_by(bob).status, presence_status::away) << "for a grace";
  auto since = now;
  now += 20'000;
  files.write(state->note_absence(since).writes);
  reload();
  auto gone = seen_by(bob);
  EXPECT_EQ(gone.status, presence_status::offline);
  EXPECT_EQ(gone.last_seen, since);
  EXPECT_TRUE(gone.text.empty());
}

// Each write goes to the disks of a majority.
TEST_F(user_state_test, writes_only_what_changes) {
  auto writes = [&](const auto& m) { return !run(m).writes.empty(); };
  EXPECT_TRUE(writes(set_presence{presence_status::away, "lunch"}));
  EXPECT_FALSE(writes(set_presence{presence_status::away, "lunch"}));
  EXPECT_TRUE(writes(set_presence{presence_status::away, ""}));
  EXPECT_TRUE(writes(update_profile{"Alicia", "a.png"}));
  EXPECT_FALSE(writes(update_profile{"Alicia", {}}));
  EXPECT_FALSE(writes(update_profile{{}, "a.png"}));
  EXPECT_TRUE(run(update_profile{"Alicia", "a.png"}).outbox.empty());
  EXPECT_EQ(must<profile>(update_profile{"Alicia", {}}).display_name, "Alicia");
  EXPECT_TRUE(writes(set_contact{bob, true}));
  EXPECT_FALSE(writes(set_contact{bob, true}));
  EXPECT_TRUE(writes(set_contact{bob, false}));
  EXPECT_FALSE(writes(set_contact{bob, false}));
  EXPECT_TRUE(writes(set_block{bob, true}));
  EXPECT_FALSE(writes(set_block{bob, true}));
}

TEST_F(user_state_test, looks_offline_to_all_when_invisible) {
  attach_as(1);
  run(detach{1, 1});
  files.write(state->note_absence(now).writes);
  auto before = now;
  now += 5000;
  attach_as(2);
  must<done>(set_presence{presence_status::invisible, "secret"});
  auto seen = seen_by(bob);
  EXPECT_EQ(seen.status, presence_status::offline);
  EXPECT_TRUE(seen.text.empty());
  EXPECT_EQ(seen.last_seen, now) << "as if it had left";
  EXPECT_GT(now, before);
  EXPECT_EQ(seen_by(alice).status, presence_status::invisible);
  EXPECT_EQ(seen_by(alice).text, "secret");
  auto hidden_at = now;
  now += 5000;
  run(detach{1, 2});
  EXPECT_TRUE(state->note_absence(now).writes.empty());
  EXPECT_EQ(seen_by(bob).last_seen, hidden_at) << "nobody saw it go";
  reload();
  EXPECT_EQ(seen_by(bob).last_seen, hidden_at);
}

TEST_F(user_state_test, tells_those_who_watch_of_a_block_once) {
  attach_as(1);
  auto told = [](const decision& d) {
    return d.presences.empty() ? presence_change{} : d.presences.front();
  };
  auto blocked = told(run(set_block{bob, true}));
  EXPECT_EQ(blocked.only_to, std::vector{bob});
  EXPECT_EQ(blocked.now.status, presence_status::offline);
  EXPECT_EQ(blocked.now.last_seen, 0);
  EXPECT_TRUE(run(set_block{bob, true}).presences.empty());
  EXPECT_TRUE(run(blocked_by{bob, true, 1}).presences.empty())
    << "told already";
  EXPECT_TRUE(run(set_block{bob, false}).presences.empty())
    << "still blocked by the other";
  auto back = told(run(blocked_by{bob, false, 2}));
  EXPECT_EQ(back.only_to, std::vector{bob});
  EXPECT_EQ(back.now.status, presence_status::online);
}

TEST_F(user_state_test, lists_whom_it_has_blocked_in_pages) {
  run(set_block{carol, true});
  run(set_block{bob, true});
  run(blocked_by{user_id{"dan"}, true, 1});
  auto first = must<blocked_list>(list_blocked{{}, 1});
  EXPECT_EQ(first.users, std::vector{bob});
  EXPECT_EQ(first.cursor, bob);
  auto rest = must<blocked_list>(list_blocked{first.cursor, 5});
  EXPECT_EQ(rest.users, std::vector{carol});
  EXPECT_TRUE(rest.cursor.empty());
}

TEST_F(user_state_test, tells_the_user_s_other_sessions_what_it_has_set) {
  using subject = settings_change::subject;
  auto told = [](const decision& d) {
    EXPECT_EQ(d.settings.size(), 1u);
    EXPECT_EQ(d.settings.at(0).user, alice);
    EXPECT_EQ(d.settings.at(0).except, 7u);
    return d.settings.at(0).what;
  };
  EXPECT_EQ(told(run(update_profile{"Alicia", {}})).user.display_name,
            "Alicia");
  EXPECT_EQ(told(run(set_presence{presence_status::busy, ""})).what,
            subject::presence);
  EXPECT_EQ(told(run(set_contact{bob, true})).other, bob);
  EXPECT_TRUE(told(run(set_block{bob, true})).on);
  EXPECT_TRUE(run(set_block{bob, true}).settings.empty());
}

TEST_F(user_state_test, hides_presence_both_ways_where_one_blocks) {
  attach_as(1);
  run(set_block{bob, true});
  run(blocked_by{carol, true, 1});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(seen_by(bob).status, presence_status::offline);
    EXPECT_EQ(seen_by(carol).status, presence_status::offline);
    EXPECT_EQ(seen_by(bob).last_seen, 0);
    EXPECT_EQ(seen_by(alice).status, presence_status::online);
    EXPECT_EQ(state->hidden_from(), (std::vector{bob, carol}));
    reload();
  }
  run(set_block{bob, false});
  run(blocked_by{carol, false, 2});
  EXPECT_EQ(seen_by(bob).status, presence_status::online);
  EXPECT_EQ(seen_by(carol).status, presence_status::online);
}

TEST_F(user_state_test, tells_the_other_and_the_conversation_of_a_block) {
  auto d = run(set_block{bob, true});
  EXPECT_TRUE(d.answer_when_delivered);
  ASSERT_EQ(d.outbox.size(), 2u);
  EXPECT_EQ(state->rows().row(d.outbox[0]).to, "bob");
  EXPECT_EQ(state->rows().row(d.outbox[1]).to,
            direct_conversation(alice, bob).view());
  using storage::outbox_kind;
  EXPECT_EQ(state->rows().row(d.outbox[0]).kind, outbox_kind::block);
  EXPECT_EQ(state->rows().row(d.outbox[1]).kind,
            outbox_kind::block_conversation);
  EXPECT_EQ(state->rows().row(d.outbox[1]).text, "bob");
  EXPECT_EQ(refusal(set_block{alice, true}), errc::bad_params);
  auto off = run(set_block{bob, false});
  EXPECT_GT(state->rows().row(off.outbox.at(0)).version,
            state->rows().row(d.outbox[0]).version);
}

TEST_F(user_state_test, takes_an_old_row_for_a_conversation_only_where_it_is) {
  run(set_block{bob, true});
  auto direct = direct_conversation(alice, bob);
  auto foreign = direct_conversation(bob, carol);
  storage::write_set writes;
  storage::outbox_record row;
  row.kind = storage::outbox_kind::block;
  row.to = direct.str();
  writes.put(state->keys().outbox(500), storage::encode(row));
  row.to = foreign.str();
  writes.put(state->keys().outbox(501), storage::encode(row));
  files.write(writes);
  reload();
  EXPECT_EQ(state->rows().row(500).kind,
            storage::outbox_kind::block_conversation);
  EXPECT_EQ(state->rows().row(500).text, "bob");
  EXPECT_EQ(state->rows().row(501).kind, storage::outbox_kind::block);
}

TEST_F(user_state_test, waits_for_a_block_that_not_all_know_of_yet) {
  auto first = run(set_block{bob, true});
  run(set_block{carol, true});
  reload();
  auto again = run(set_block{bob, true});
  EXPECT_TRUE(again.writes.empty());
  EXPECT_TRUE(again.answer_when_delivered);
  EXPECT_EQ(again.outbox, first.outbox);
  state->rows().done(first.outbox[0]);
  EXPECT_EQ(run(set_block{bob, true}).outbox, (std::vector{first.outbox[1]}));
  state->rows().done(first.outbox[1]);
  EXPECT_TRUE(run(set_block{bob, true}).outbox.empty());
}

TEST_F(user_state_test, ignores_an_old_notice_of_a_block) {
  run(blocked_by{bob, true, 3});
  EXPECT_TRUE(run(blocked_by{bob, false, 2}).writes.empty());
  EXPECT_TRUE(run(blocked_by{bob, false, 3}).writes.empty());
  reload();
  EXPECT_EQ(refusal(vet{bob}), errc::forbidden);
  run(blocked_by{bob, false, 4});
  must<done>(vet{bob});
}

TEST_F(user_state_test, vets_who_wants_to_write_to_it) {
  must<done>(vet{bob});
  EXPECT_EQ(refusal(vet{alice}), errc::bad_params);
  run(set_block{bob, true});
  EXPECT_EQ(refusal(vet{bob}), errc::forbidden);
  run(set_block{bob, false});
  for (std::size_t i = 0; i < limits::conversations_per_user_max; ++i)
    state->decide(asked{}, membership_changed{
                             named_group(carol, std::to_string(i)), true, 1});
  EXPECT_EQ(refusal(vet{bob}), errc::too_large);
  EXPECT_EQ(refusal(check_room{}), errc::too_large);
}

TEST_F(user_state_test, keeps_room_whatever_strangers_do) {
  auto brought = [&](const user_id& by, std::size_t i, timestamp_ms at) {
    state->decide(
      asked{{}, at},
      membership_changed{named_group(by, std::to_string(i)), true, 1, by});
  };
  auto long_ago = now - 2 * limits::day_ms;
  for (std::size_t i = 0; i < limits::brought_by_one_max; ++i)
    brought(carol, i, long_ago);
  EXPECT_EQ(refusal(vet{carol}), errc::too_large);
  must<done>(vet{bob});
  run(set_contact{carol, true});
  must<done>(vet{carol});
  run(set_contact{carol, false});
  for (std::size_t i = 0; i < limits::brought_by_strangers_max; ++i)
    brought(user_id{"stranger" + std::to_string(i)}, i, long_ago);
  EXPECT_EQ(refusal(vet{bob}), errc::too_large);
  run(set_contact{bob, true});
  must<done>(vet{bob});
  must<done>(check_room{});
}

TEST_F(user_state_test, is_brought_into_so_many_conversations_a_day) {
  for (std::size_t i = 0; i < limits::brought_a_day_max; ++i) {
    auto by = user_id{"stranger" + std::to_string(i)};
    auto id = named_group(by, "x");
    run(membership_changed{id, true, 1, by});
    run(membership_changed{id, false, 2, by});
  }
  EXPECT_EQ(refusal(vet{bob}), errc::rate_limited) << "leaving makes no room";
  reload();
  EXPECT_EQ(refusal(vet{bob}), errc::rate_limited);
  now += limits::day_ms;
  must<done>(vet{bob});
}

TEST_F(user_state_test, drops_rows_of_what_was_left_long_ago) {
  run(membership_changed{group, true, 1, bob});
  run(membership_changed{group, false, 2, bob});
  auto row = state->keys().membership(group);
  now += limits::left_row_retention_ms - 1;
  run(membership_changed{named_group(bob, "y"), true, 1, bob});
  EXPECT_TRUE((*files.db().get(row)).has_value());
  now += 1;
  run(membership_changed{named_group(bob, "z"), true, 1, bob});
  EXPECT_FALSE((*files.db().get(row)).has_value());
}

TEST_F(user_state_test, vets_nobody_for_who_is_not_there) {
  user_state nobody{files.db(), 1, user_id{"nobody"}, sessions};
  ASSERT_TRUE(nobody.load());
  auto verdict = nobody.decide(asked{}, vet{alice});
  ASSERT_FALSE(verdict.answer);
  EXPECT_EQ(verdict.answer.error().code, errc::not_found);
}

TEST_F(user_state_test, believes_the_latest_notice_of_membership) {
  attach_as(1);
  auto d = run(membership_changed{group, true, 5});
  ASSERT_EQ(d.subscribe.size(), 1u);
  EXPECT_TRUE(d.subscribe[0].on);
  EXPECT_EQ(d.subscribe[0].session, 1u);
  EXPECT_EQ(d.subscribe[0].last_seq, 5u);
  EXPECT_TRUE(run(membership_changed{group, true, 5}).writes.empty());
  d = run(membership_changed{group, false, 9});
  ASSERT_EQ(d.subscribe.size(), 1u);
  EXPECT_FALSE(d.subscribe[0].on);
  EXPECT_TRUE(run(membership_changed{group, true, 7}).subscribe.empty());
  reload();
  EXPECT_TRUE(run(membership_changed{group, true, 7}).writes.empty());
  EXPECT_FALSE(state->belongs_to(group));
  EXPECT_TRUE(state->conversations().empty());
  run(membership_changed{group, true, 10});
  EXPECT_EQ(state->conversations(), std::vector{group});
  EXPECT_EQ(attach_as(2, "f1", "other").conversations, std::vector{group});
}

TEST_F(user_state_test, keeps_contacts) {
  must<done>(set_contact{bob, true});
  EXPECT_TRUE(run(set_contact{bob, true}).writes.empty());
  must<done>(set_contact{carol, true});
  run(set_block{carol, true});
  reload();
  EXPECT_EQ(state->contacts(), (std::vector{bob, carol}));
  must<done>(set_contact{bob, false});
  EXPECT_TRUE(run(set_contact{bob, false}).writes.empty());
  reload();
  EXPECT_EQ(state->contacts(), std::vector{carol});
  EXPECT_EQ(state->hidden_from(), std::vector{carol});
}

} // namespace
} // namespace parley::actors
