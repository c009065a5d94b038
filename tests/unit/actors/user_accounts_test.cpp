#include "base/limits.hpp"
#include "tests/unit/actors/user_fixture.hpp"

namespace parley::actors {
namespace {

class user_accounts_test : public user_fixture {
protected:
  refresh_family refresh(std::string_view presented,
                         std::string_view next) const {
    return {family_id{"f1"}, std::string{presented}, std::string{next},
            now + 1'000'000};
  }
};

TEST_F(user_accounts_test, claims_a_handle_once) {
  EXPECT_EQ(refusal(show_user{}), errc::not_found);
  EXPECT_EQ(refusal(load_credentials{}), errc::not_found);
  auto made = sign_up_alice();
  EXPECT_EQ(made.user.id, alice);
  EXPECT_EQ(made.user.created_at, now);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(refusal(sign_up{"Other", "x", false, granted("f2")}),
              errc::conflict);
    EXPECT_EQ(must<credentials>(load_credentials{}).password_hash, "$argon");
    EXPECT_EQ(must<profile>(show_user{}).display_name, "Alice");
    reload();
  }
  EXPECT_EQ(must<account>(check_family{family_id{"f1"}}).user.id, alice);
}

TEST_F(user_accounts_test, lists_a_new_handle_in_the_directory) {
  auto d = run(sign_up{"Alice", "$argon", false, granted("f1")});
  ASSERT_EQ(d.outbox.size(), 1u);
  auto& row = state->rows().row(d.outbox[0]);
  EXPECT_EQ(row.kind, storage::outbox_kind::directory);
  EXPECT_EQ(row.text, "Alice");
  d = run(update_profile{"Alicia", {}});
  EXPECT_EQ(state->rows().row(d.outbox.at(0)).text, "Alicia");
  EXPECT_TRUE(run(update_profile{{}, "picture"}).outbox.empty());
  reload();
  auto now_seen = must<profile>(show_user{});
  EXPECT_EQ(now_seen.display_name, "Alicia");
  EXPECT_EQ(now_seen.avatar, "picture");
}

TEST_F(user_accounts_test, gives_guests_no_password_and_lists_them_nowhere) {
  auto d = run(sign_up{"", "", true, granted("f1")});
  EXPECT_TRUE(d.outbox.empty());
  EXPECT_EQ(std::get<account>(*d.answer).user.display_name, "alice");
  EXPECT_EQ(refusal(load_credentials{}), errc::not_found);
  EXPECT_EQ(refusal(vet{bob}), errc::forbidden);
}

TEST_F(user_accounts_test, rotates_refresh_tokens) {
  sign_up_alice();
  must<account>(refresh("hash-f1", "second"));
  reload();
  must<account>(refresh("second", "third"));
  must<account>(refresh("third", "fourth"));
}

TEST_F(user_accounts_test, gives_another_pair_where_the_answer_was_lost) {
  sign_up_alice();
  attach_as(1);
  must<account>(refresh("hash-f1", "lost"));
  reload();
  now += 59'999;
  must<account>(refresh("hash-f1", "lost too"));
  reload();
  auto d = run(refresh("hash-f1", "third"));
  ASSERT_TRUE(d.answer);
  EXPECT_TRUE(d.close.empty());
  reload();
  must<account>(refresh("third", "fourth"));
  auto over = run(refresh("hash-f1", "fifth"));
  ASSERT_FALSE(over.answer) << "its successor was used";
  EXPECT_EQ(over.close.size(), 1u);
}

TEST_F(user_accounts_test, two_that_share_a_token_may_exchange_it_at_once) {
  sign_up_alice();
  must<account>(refresh("hash-f1", "one"));
  must<account>(refresh("hash-f1", "other"));
  reload();
  now += 900'000;
  must<account>(refresh("one", "next"));
  reload();
  EXPECT_FALSE(run(refresh("other", "x")).answer) << "a copy was used as well";
  EXPECT_EQ(refusal(check_family{family_id{"f1"}}), errc::unauthenticated);
}

TEST_F(user_accounts_test, tells_a_ban_to_nobody_else) {
  sign_up_alice();
  run(set_ban{-1, "spam"});
  EXPECT_EQ(must<credentials>(load_credentials{}).password_hash, "$argon");
  EXPECT_EQ(refusal(sign_in{granted("f2"), {}}), errc::forbidden);
  EXPECT_EQ(refusal(refresh("hash-f1", "x")), errc::forbidden);
  EXPECT_EQ(refusal(refresh_family{family_id{"f9"}, "guess", "x", now + 1}),
            errc::unauthenticated);
  auto d = run(refresh("guess", "x"));
  EXPECT_EQ(d.answer.error().code, errc::unauthenticated);
}

TEST_F(user_accounts_test, revokes_a_family_whose_old_token_is_used) {
  sign_up_alice();
  must<account>(sign_in{granted("f2"), {}});
  attach_as(1);
  attach_as(2, "f2");
  must<account>(refresh("hash-f1", "second"));
  now += 60'000;
  auto d = run(refresh("hash-f1", "third"));
  ASSERT_FALSE(d.answer);
  EXPECT_EQ(d.answer.error().code, errc::unauthenticated);
  ASSERT_EQ(d.close.size(), 1u);
  EXPECT_EQ(d.close[0].session, 1u);
  EXPECT_EQ(d.close[0].why, close_reason::revoked);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(refusal(refresh("second", "third")), errc::unauthenticated);
    EXPECT_EQ(refusal(check_family{family_id{"f1"}}), errc::unauthenticated);
    EXPECT_EQ(must<account>(check_family{family_id{"f2"}}).user.id, alice);
    reload();
  }
}

TEST_F(user_accounts_test, lets_a_family_expire) {
  sign_up_alice();
  now += 1'000'000;
  EXPECT_EQ(refusal(check_family{family_id{"f1"}}), errc::unauthenticated);
  EXPECT_EQ(refusal(refresh("hash-f1", "next")), errc::unauthenticated);
  EXPECT_EQ(refusal(attach{1, 1, family_id{"f1"}, {}}), errc::unauthenticated);
  must<account>(sign_in{granted("f2"), {}});
  EXPECT_EQ(must<inspection>(inspect_user{}).rows.at(9).second, "1")
    << "what expired is swept out";
}

TEST_F(user_accounts_test, bounds_its_families) {
  sign_up_alice();
  attach_as(1);
  for (std::size_t i = 1; i < limits::families_per_user_max; ++i) {
    ++now;
    run(sign_in{granted("g" + std::to_string(i)), {}});
  }
  auto d = run(sign_in{granted("last"), {}});
  ASSERT_EQ(d.close.size(), 1u) << "the oldest gives way";
  EXPECT_EQ(d.close[0].session, 1u);
  EXPECT_EQ(refusal(check_family{family_id{"f1"}}), errc::unauthenticated);
  reload();
  EXPECT_EQ(refusal(check_family{family_id{"f1"}}), errc::unauthenticated);
  must<account>(check_family{family_id{"g1"}});
}

TEST_F(user_accounts_test, stores_a_new_hash_of_the_password) {
  sign_up_alice();
  must<account>(sign_in{granted("f2"), "$stronger"});
  reload();
  EXPECT_EQ(must<credentials>(load_credentials{}).password_hash, "$stronger");
}

TEST_F(user_accounts_test, closes_the_sessions_of_who_signs_out) {
  sign_up_alice();
  must<account>(sign_in{granted("f2"), {}});
  attach_as(1, "f1");
  attach_as(2, "f2");
  auto d = run(sign_out{family_id{"f1"}});
  ASSERT_TRUE(d.answer);
  ASSERT_EQ(d.close.size(), 1u);
  EXPECT_EQ(d.close[0].session, 1u);
  EXPECT_TRUE(run(sign_out{family_id{"f1"}}).writes.empty());
  EXPECT_EQ(refusal(attach{1, 3, family_id{"f1"}, {}}), errc::unauthenticated);
  d = run(sign_out_everywhere{});
  EXPECT_EQ(d.close.size(), 1u);
  reload();
  EXPECT_EQ(refusal(check_family{family_id{"f2"}}), errc::unauthenticated);
}

TEST_F(user_accounts_test, keeps_out_who_is_banned) {
  sign_up_alice();
  attach_as(1);
  auto d = run(set_ban{-1, "spam"});
  ASSERT_EQ(d.close.size(), 1u);
  EXPECT_EQ(d.close[0].why, close_reason::banned);
  reload();
  EXPECT_EQ(refusal(check_family{family_id{"f1"}}), errc::forbidden);
  EXPECT_EQ(refusal(sign_in{granted("f2"), {}}), errc::forbidden);
  EXPECT_EQ(refusal(refresh("hash-f1", "x")), errc::forbidden);
  EXPECT_EQ(refusal(attach{1, 2, family_id{"f1"}, {}}), errc::forbidden);
  run(set_ban{0, {}});
  must<account>(check_family{family_id{"f1"}});
  run(set_ban{now + 10, {}});
  EXPECT_EQ(refusal(check_family{family_id{"f1"}}), errc::forbidden);
  now += 10;
  must<account>(check_family{family_id{"f1"}});
}

TEST_F(user_accounts_test, replaces_a_session_of_the_same_device) {
  sign_up_alice();
  attach_as(1, "f1", "phone");
  attach_as(2, "f1", "laptop");
  auto d = run(attach{1, 3, family_id{"f1"}, "phone"});
  ASSERT_EQ(d.close.size(), 1u);
  EXPECT_EQ(d.close[0].session, 1u);
  EXPECT_EQ(d.close[0].why, close_reason::replaced);
  attach_as(4); // of the device that signed in
  d = run(attach{1, 5, family_id{"f1"}, {}});
  ASSERT_EQ(d.close.size(), 1u);
  EXPECT_EQ(d.close[0].session, 4u);
}

TEST_F(user_accounts_test, shows_operators_what_there_is) {
  EXPECT_EQ(refusal(inspect_user{}), errc::not_found);
  EXPECT_EQ(refusal(set_ban{-1, {}}), errc::not_found);
  EXPECT_EQ(refusal(sign_out_everywhere{}), errc::not_found);
  sign_up_alice();
  attach_as(1);
  auto rows = must<inspection>(inspect_user{}).rows;
  EXPECT_EQ(rows.front(), (std::pair<std::string, std::string>{"id", "alice"}));
  EXPECT_EQ(rows.back().first, "session");
}

TEST_F(user_accounts_test, ends_the_sessions_of_a_sign_in_that_has_expired) {
  sign_up_alice();
  must<account>(sign_in{granted("f2", 500), {}});
  attach_as(1, "f1");
  attach_as(2, "f2");
  EXPECT_EQ(state->next_expiry(), now + 500);
  EXPECT_TRUE(state->end_expired_sessions(now + 499).close.empty());
  auto d = state->end_expired_sessions(now + 500);
  ASSERT_EQ(d.close.size(), 1u);
  EXPECT_EQ(d.close[0].session, 2u);
  EXPECT_EQ(d.close[0].why, close_reason::revoked);
  EXPECT_EQ(state->next_expiry(), now + 1'000'000);
}

TEST_F(user_accounts_test, erases_a_guest_who_is_signed_out) {
  must<account>(sign_up{"", "", true, granted("f1"), "address"});
  must<done>(membership_changed{
    conversation_id{"m.00000000000000000000000001"}, true, 1, {}});
  attach_as(1);
  now += 999'999;
  EXPECT_TRUE(run(erase_guest{}).writes.empty()) << "the sign-in is good";
  now += 1;
  auto d = run(erase_guest{});
  EXPECT_EQ(d.close.size(), 1u);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(refusal(show_user{}), errc::not_found);
    EXPECT_TRUE(state->conversations().empty());
    reload();
  }
  std::size_t left = 0;
  ASSERT_TRUE(
    files.db().scan(storage::users_range(1, alice.view()), [&](auto, auto) {
      ++left;
      return true;
    }));
  EXPECT_EQ(left, 0u);
}

TEST_F(user_accounts_test, erases_nobody_else) {
  sign_up_alice();
  must<done>(sign_out{family_id{"f1"}});
  EXPECT_TRUE(run(erase_guest{}).writes.empty());
  must<profile>(show_user{});
}

TEST_F(user_accounts_test, keeps_a_guest_who_is_banned) {
  must<account>(sign_up{"", "", true, granted("f1")});
  must<done>(set_ban{-1, "spam"});
  now += 1'000'000;
  EXPECT_TRUE(run(erase_guest{}).writes.empty());
}

} // namespace
} // namespace parley::actors
