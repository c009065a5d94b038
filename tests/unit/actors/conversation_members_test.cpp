#include "base/limits.hpp"
#include "tests/unit/actors/conversation_fixture.hpp"

namespace parley::actors {
namespace {

using storage::event_kind;
using storage::member_role;
using storage::outbox_kind;

class conversation_members_test : public conversation_fixture {
protected:
  member_role role_of(const user_id& user) {
    auto all = must<conversation_details>(user, show_conversation{{}, 1000});
    for (auto& m : all.members)
      if (m.user == user)
        return m.role;
    return {};
  }

  /// Delivers all outbox rows and says how many there were.
  std::size_t deliver() {
    std::size_t count = 0;
    for (auto more = true; more;) {
      auto numbers = state->rows().due(now);
      more = !numbers.empty();
      for (auto number : numbers) {
        state->outbox_delivered(number);
        state->rows().done(number);
        storage::write_set forget;
        forget.erase(state->keys().outbox(number));
        files.write(forget);
        ++count;
      }
    }
    return count;
  }

  void release(const decision& d) {
    for (auto number : d.outbox)
      state->rows().release(number);
  }
};

TEST_F(conversation_members_test, creates_a_group_once) {
  auto d = run(alice, create_group{"friends", false, {bob, alice, bob}});
  ASSERT_TRUE(d.answer);
  auto made = std::get<conversation_summary>(*d.answer);
  EXPECT_EQ(made.id, id);
  EXPECT_EQ(made.member_count, 2u);
  EXPECT_EQ(made.last_seq, 1u);
  ASSERT_EQ(d.tell.size(), 1u);
  EXPECT_EQ(d.tell[0].added, (std::vector{alice, bob}));
  EXPECT_EQ(d.outbox.size(), 2u);

  reload();
  auto again = run(alice, create_group{"friends", false, {bob}});
  ASSERT_TRUE(again.answer);
  EXPECT_TRUE(again.writes.empty());
  EXPECT_EQ(std::get<conversation_summary>(*again.answer).last_seq, 1u);
  EXPECT_EQ(refusal(carol, create_group{"mine", false, {}}), errc::conflict);
}

TEST_F(conversation_members_test, does_not_exist_before_it_is_created) {
  EXPECT_EQ(refusal(alice, text("x")), errc::not_found);
  EXPECT_EQ(refusal(alice, text("x", bob)), errc::not_found)
    << "only a direct conversation opens by being written to";
  EXPECT_EQ(refusal(alice, join{}), errc::not_found);
  EXPECT_EQ(refusal(alice, summarise{}), errc::not_found);
  EXPECT_FALSE(state->exists());
}

TEST_F(conversation_members_test, lets_admins_invite_and_rename) {
  create({bob});
  EXPECT_EQ(refusal(bob, invite{{carol}}), errc::forbidden);
  EXPECT_EQ(refusal(bob, update_group{"x", {}}), errc::forbidden);
  auto d = run(alice, invite{{bob, carol}});
  ASSERT_EQ(d.tell.size(), 1u);
  EXPECT_EQ(d.tell[0].added, std::vector{carol});
  EXPECT_EQ(std::get<log_event>(d.tell[0].what).content.users,
            std::vector{carol});
  EXPECT_TRUE(run(alice, invite{{bob, carol}}).writes.empty());
  must<changed>(alice, update_group{"new", {}});
  reload();
  EXPECT_EQ(look(carol).title, "new");
}

TEST_F(conversation_members_test, gives_roles_by_its_owner_only) {
  create({bob, carol});
  EXPECT_EQ(refusal(bob, set_role{carol, member_role::admin}), errc::forbidden);
  must<changed>(alice, set_role{bob, member_role::admin});
  EXPECT_TRUE(run(alice, set_role{bob, member_role::admin}).writes.empty());
  EXPECT_EQ(refusal(bob, set_role{carol, member_role::admin}), errc::forbidden);
  EXPECT_EQ(refusal(alice, set_role{alice, member_role::member}),
            errc::forbidden);
  EXPECT_EQ(refusal(alice, set_role{dave, member_role::admin}),
            errc::not_found);
  reload();
  EXPECT_EQ(role_of(bob), member_role::admin);
  must<changed>(bob, invite{{dave}});
}

TEST_F(conversation_members_test, lets_only_who_stands_higher_remove) {
  create({bob, carol, dave});
  must<changed>(alice, set_role{bob, member_role::admin});
  must<changed>(alice, set_role{carol, member_role::admin});
  EXPECT_EQ(refusal(dave, remove_member{bob}), errc::forbidden);
  EXPECT_EQ(refusal(bob, remove_member{carol}), errc::forbidden);
  EXPECT_EQ(refusal(bob, remove_member{alice}), errc::forbidden);
  EXPECT_EQ(refusal(bob, remove_member{bob}), errc::bad_params);
  auto d = run(bob, remove_member{dave});
  ASSERT_TRUE(d.answer);
  EXPECT_EQ(d.tell.at(0).removed, std::vector{dave});
  EXPECT_EQ(refusal(dave, read_history{0, {}, 5}), errc::forbidden);
  EXPECT_EQ(refusal(bob, remove_member{dave}), errc::not_found);
}

TEST_F(conversation_members_test, hides_events_until_a_leaver_was_told) {
  create({bob, carol});
  release(run(alice, update_group{"x", {}}));
  reload();
  deliver();
  auto left = run(alice, remove_member{carol});
  release(left);
  EXPECT_TRUE(left.tell.at(0).hidden.empty()) << "the leaver is told of it";
  auto after = run(alice, text("without carol"));
  EXPECT_EQ(after.tell.at(0).hidden, std::vector{carol});
  reload();
  EXPECT_EQ(run(alice, text("nor now")).tell.at(0).hidden, std::vector{carol});
  EXPECT_EQ(deliver(), 1u);
  EXPECT_TRUE(run(alice, text("told")).tell.at(0).hidden.empty());
}

TEST_F(conversation_members_test, does_not_hide_from_who_came_back) {
  create({bob, carol});
  release(run(alice, remove_member{carol}));
  release(run(alice, invite{{carol}}));
  EXPECT_TRUE(run(alice, text("again")).tell.at(0).hidden.empty());
}

TEST_F(conversation_members_test, tells_each_user_of_membership_in_order) {
  auto made = run(alice, create_group{"t", false, {bob}});
  release(made);
  release(run(alice, remove_member{bob}));
  std::vector<bool> bobs;
  for (auto more = true; more;) {
    auto numbers = state->rows().due(now);
    more = !numbers.empty();
    for (auto number : numbers) {
      auto row = state->rows().row(number);
      EXPECT_EQ(row.kind, outbox_kind::membership);
      if (row.to == "bob")
        bobs.push_back(row.on);
      state->rows().done(number);
    }
  }
  EXPECT_EQ(bobs, (std::vector{true, false}));
}

TEST_F(conversation_members_test, passes_ownership_on_when_its_owner_leaves) {
  create({bob});
  now += 10;
  must<changed>(alice, invite{{carol, dave}});
  must<changed>(alice, set_role{dave, member_role::admin});
  auto d = run(alice, leave{});
  ASSERT_EQ(d.tell.size(), 2u);
  EXPECT_EQ(d.tell[0].removed, std::vector{alice});
  auto& passed = std::get<log_event>(d.tell[1].what);
  EXPECT_EQ(passed.content.kind, event_kind::role);
  EXPECT_EQ(passed.content.users, std::vector{dave}) << "an admin first";
  EXPECT_EQ(std::get<changed>(*d.answer).at + 1, passed.at);
  reload();
  EXPECT_EQ(role_of(dave), member_role::owner);
  run(dave, leave{});
  EXPECT_EQ(role_of(bob), member_role::owner) << "then who was there longest";
}

TEST_F(conversation_members_test, can_be_left_by_all_and_joined_again) {
  create({}, true);
  run(alice, leave{});
  reload();
  EXPECT_TRUE(state->exists());
  EXPECT_EQ(refusal(alice, text("x")), errc::forbidden);
  must<changed>(bob, join{});
  EXPECT_EQ(role_of(bob), member_role::owner);
}

TEST_F(conversation_members_test, is_joined_only_where_public) {
  create({bob});
  auto before = say(alice, "early");
  EXPECT_EQ(refusal(carol, join{}), errc::not_found);
  must<changed>(alice, update_group{{}, true});
  must<changed>(carol, join{});
  EXPECT_TRUE(run(carol, join{}).writes.empty());
  EXPECT_EQ(history(carol).messages.size(), 0u)
    << "what was said before is for those who were there: " << before;
  EXPECT_EQ(look(carol).unread, 0u);
}

TEST_F(conversation_members_test, keeps_who_is_muted) {
  create({bob});
  must<done>(bob, mute{now + 1000});
  EXPECT_EQ(look(alice).muted_until, 0);
  reload();
  EXPECT_EQ(look(bob).muted_until, now + 1000);
  must<done>(bob, mute{0});
  EXPECT_EQ(look(bob).muted_until, 0);
}

TEST_F(conversation_members_test, shows_a_mute_only_to_its_member) {
  create({bob});
  EXPECT_EQ(refusal(carol, mute{1}), errc::not_found);
}

TEST_F(conversation_members_test,
       shows_nothing_that_was_said_while_one_was_out) {
  create({bob}, true);
  run(bob, leave{});
  auto meanwhile = say(alice, "without bob");
  must<changed>(bob, join{});
  EXPECT_TRUE(history(bob).messages.empty());
  EXPECT_EQ(refusal(bob, react{meanwhile, "+"}), errc::not_found);
  auto reply = text("re");
  reply.reply_to = meanwhile;
  EXPECT_EQ(refusal(bob, reply), errc::not_found);
}

TEST_F(conversation_members_test, is_made_public_by_its_owner_only) {
  create({bob});
  must<changed>(alice, set_role{bob, member_role::admin});
  EXPECT_EQ(refusal(bob, update_group{{}, true}), errc::forbidden);
  EXPECT_EQ(refusal(bob, update_group{"x", true}), errc::forbidden);
  must<changed>(bob, update_group{"x", {}});
  must<changed>(alice, update_group{{}, true});
}

TEST_F(conversation_members_test, takes_who_was_removed_only_by_invitation) {
  create({bob}, true);
  must<changed>(alice, remove_member{bob});
  reload();
  EXPECT_EQ(refusal(bob, join{}), errc::forbidden);
  must<changed>(alice, invite{{bob}});
  run(bob, leave{});
  reload();
  must<changed>(bob, join{});
}

TEST_F(conversation_members_test, is_unknown_to_whoever_never_belonged_to_it) {
  create({bob});
  auto at = say(alice, "x");
  EXPECT_EQ(refusal(carol, text("x")), errc::not_found);
  EXPECT_EQ(refusal(carol, edit_message{at, "y"}), errc::not_found);
  EXPECT_EQ(refusal(carol, invite{{dave}}), errc::not_found);
  EXPECT_EQ(refusal(carol, leave{}), errc::not_found);
  auto d = decide(carol, text("x"));
  EXPECT_EQ(d.answer.error(), no_such_conversation());
  run(bob, leave{});
  EXPECT_EQ(refusal(bob, text("x")), errc::forbidden) << "bob knows it";
}

TEST_F(conversation_members_test, quotes_no_edited_text_to_who_joined_later) {
  create({bob});
  auto at = say(alice, "early");
  must<changed>(alice, invite{{carol}});
  auto d = run(alice, edit_message{at, "still early"});
  EXPECT_EQ(d.tell.at(0).gapped, std::vector{carol});
  EXPECT_EQ(std::get<log_event>(d.tell[0].what).text, "still early");
  auto seen_by = [&](const user_id& user) {
    auto page = events(user, 0);
    return std::get<log_event>(page.events.back()).text;
  };
  EXPECT_EQ(seen_by(bob), "still early");
  EXPECT_EQ(seen_by(carol), "");
  reload();
  d = run(alice, edit_message{at, "once more"});
  EXPECT_EQ(d.tell.at(0).gapped, std::vector{carol});
}

TEST_F(conversation_members_test, forgets_members_who_never_joined) {
  create({bob});
  auto planted = state->keys().member(carol);
  storage::write_set writes;
  writes.put(planted, storage::encode(storage::member_record{}));
  files.write(writes);
  reload();
  EXPECT_TRUE(state->has_stray_rows());
  EXPECT_EQ(refusal(carol, read_history{0, {}, 10}), errc::not_found);
  EXPECT_EQ(look(alice).member_count, 2u);
  files.write(state->erase_stray_rows().writes);
  reload();
  EXPECT_FALSE(state->has_stray_rows());
  EXPECT_EQ(*files.db().get(planted), std::nullopt);
}

TEST_F(conversation_members_test, answers_again_who_was_removed_since) {
  create({bob});
  auto m = text("acknowledged");
  auto first = must<sent>(bob, m);
  must<changed>(alice, remove_member{bob});
  auto again = must<sent>(bob, m);
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.at, first.at);
  EXPECT_EQ(refusal(bob, text("new")), errc::forbidden);
}

TEST_F(conversation_members_test, tells_its_creator_that_it_is_there) {
  create({bob});
  run(alice, leave{});
  auto again = must<conversation_summary>(alice, create_group{"t", false, {}});
  EXPECT_EQ(again.id, id);
  EXPECT_EQ(again.title, "");
  EXPECT_EQ(again.last_message, std::nullopt);
}

class direct_conversation_test : public conversation_fixture {
protected:
  direct_conversation_test() : conversation_fixture(direct_id) {}
};

TEST_F(direct_conversation_test, opens_with_its_first_message) {
  EXPECT_EQ(refusal(alice, text("x")), errc::not_found) << "nobody is named";
  auto d = run(alice, text("hello", bob));
  ASSERT_TRUE(d.answer);
  EXPECT_EQ(std::get<sent>(*d.answer).at, 1u);
  EXPECT_EQ(d.tell.at(0).added, (std::vector{alice, bob}));
  EXPECT_EQ(d.outbox.size(), 2u);
  reload();
  EXPECT_EQ(look(bob).unread, 1u);
  EXPECT_EQ(look(alice).unread, 0u);
  EXPECT_EQ(must<sent>(bob, text("hello", alice)).at, 2u);
  EXPECT_EQ(refusal(carol, text("x", bob)), errc::not_found);
}

TEST_F(direct_conversation_test, is_no_group) {
  run(alice, text("hello", bob));
  EXPECT_EQ(refusal(alice, leave{}), errc::forbidden);
  EXPECT_EQ(refusal(alice, invite{{carol}}), errc::forbidden);
  EXPECT_EQ(refusal(alice, remove_member{bob}), errc::forbidden);
  EXPECT_EQ(refusal(carol, join{}), errc::not_found);
  EXPECT_EQ(refusal(bob, delete_message{1}), errc::forbidden);
}

TEST_F(direct_conversation_test, is_silent_both_ways_when_one_blocks) {
  auto first = text("hello", bob);
  run(alice, first);
  run({}, block_changed{bob, true, alice});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(refusal(alice, text("x")), errc::forbidden);
    EXPECT_EQ(refusal(bob, text("x")), errc::forbidden);
    EXPECT_EQ(refusal(alice, set_typing{true}), errc::forbidden);
    EXPECT_EQ(refusal(bob, react{1, "+"}), errc::forbidden);
    EXPECT_EQ(refusal(alice, edit_message{1, "y"}), errc::forbidden);
    EXPECT_TRUE(must<sent>(alice, first).duplicate) << "that was accepted";
    EXPECT_EQ(history(bob).messages.size(), 1u);
    reload();
  }
  run({}, block_changed{bob, false, alice});
  EXPECT_EQ(must<sent>(alice, text("x")).at, 2u);
}

TEST_F(direct_conversation_test, is_of_two_whatever_others_block) {
  auto refused = run({}, block_changed{carol, true, bob});
  EXPECT_FALSE(refused.answer);
  EXPECT_TRUE(refused.writes.empty());
  run(alice, text("our secret", bob));
  for (const auto& other : {alice, bob, dave}) {
    run({}, block_changed{carol, true, other});
    run({}, block_changed{carol, false, other});
  }
  auto old_node = run({}, block_changed{carol, true, {}});
  EXPECT_EQ(old_node.answer.error().code, errc::unavailable);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(refusal(carol, read_history{0, {}, 10}), errc::not_found);
    EXPECT_EQ(look(alice).member_count, 2u);
    EXPECT_FALSE(state->has_stray_rows());
    reload();
  }
  must<sent>(bob, text("still ours"));
}

TEST_F(direct_conversation_test, tells_the_other_nothing_where_one_blocks) {
  run(alice, text("hello", bob));
  run({}, block_changed{bob, true, alice});
  for (const auto& [by, other] : {std::pair{bob, alice}, {alice, bob}}) {
    run(by, mark{1, true});
    auto d = state->flush_receipts();
    for (const auto& p : d.tell)
      EXPECT_EQ(p.hidden, std::vector{other});
  }
  run({}, block_changed{bob, false, alice});
  run(alice, text("again"));
  run(bob, mark{2, true});
  auto d = state->flush_receipts();
  ASSERT_EQ(d.tell.size(), 1u);
  EXPECT_TRUE(d.tell[0].hidden.empty());
}

TEST_F(direct_conversation_test, opens_for_its_two_only) {
  EXPECT_EQ(refusal(carol, text("x", bob)), errc::not_found);
  EXPECT_FALSE(state->exists());
}

TEST_F(direct_conversation_test, does_not_open_where_one_has_blocked) {
  run({}, block_changed{bob, true, alice});
  reload();
  EXPECT_FALSE(state->exists());
  EXPECT_EQ(refusal(alice, text("x", bob)), errc::forbidden);
  EXPECT_EQ(refusal(bob, text("x", alice)), errc::forbidden);
  run({}, block_changed{bob, false, alice});
  EXPECT_EQ(must<sent>(alice, text("x", bob)).at, 1u);
  EXPECT_EQ(look(bob).member_count, 2u);
}

} // namespace
} // namespace parley::actors
