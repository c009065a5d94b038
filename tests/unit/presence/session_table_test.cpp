#include "cluster/presence/session_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace parley::cluster::presence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const user_id alice{"alice"};
const user_id bob{"bob"};

class session_table_test : public testing::Test {
protected:
  session_table_test() {
    table.begin_generation();
  }

  /// Tells everything there is to tell; returns who was present.
  std::set<std::string> tell_all() {
    std::set<std::string> present;
    for (auto i = 0; i < 1'000 && table.waiting() > 0; ++i) {
      auto some = table.take_changes(10);
      for (auto& each : table.take_unasserted(10))
        some.push_back(each);
      for (const auto& each : some) {
        if (each.present)
          present.insert(each.user.str());
        table.told(each.user);
      }
    }
    EXPECT_EQ(table.waiting(), 0u);
    return present;
  }

  session_table table{100};
};

TEST_F(session_table_test, the_first_session_and_the_last_are_told) {
  EXPECT_TRUE(table.opened(alice, 5));
  EXPECT_FALSE(table.opened(alice, 6));
  change there{alice, true, 5, {}};
  EXPECT_THAT(table.take_changes(10), ElementsAre(there));
  table.told(alice);
  EXPECT_FALSE(table.closed(alice, 7));
  EXPECT_TRUE(table.closed(alice, 8));
  EXPECT_FALSE(table.closed(alice, 9));
  change gone{alice, false, 8, {}};
  EXPECT_THAT(table.take_changes(10), ElementsAre(gone));
  table.told(alice);
  EXPECT_EQ(table.waiting(), 0u);
}

TEST_F(session_table_test, many_changes_of_one_user_are_told_as_one) {
  for (int i = 0; i < 1'000; ++i) {
    table.opened(alice, i);
    table.changed(alice, i % 2 ? status::busy : status::away);
    table.closed(alice, i);
  }
  table.opened(alice, 5'000);
  EXPECT_EQ(table.waiting(), 1u);
  change last{alice, true, 5'000, {}};
  EXPECT_THAT(table.take_changes(10), ElementsAre(last));
}

TEST_F(session_table_test, a_status_is_told_once_and_only_of_who_is_there) {
  EXPECT_FALSE(table.changed(alice, status::busy));
  table.opened(alice, 1);
  tell_all();
  EXPECT_TRUE(table.changed(alice, status::busy));
  EXPECT_FALSE(table.changed(alice, status::busy));
  change busy{alice, true, 1, status::busy};
  EXPECT_THAT(table.take_changes(10), ElementsAre(busy));
}

TEST_F(session_table_test, what_changed_on_its_way_is_told_again) {
  table.opened(alice, 1);
  table.take_changes(1);
  table.closed(alice, 2);
  table.told(alice);
  change gone{alice, false, 2, {}};
  EXPECT_THAT(table.take_changes(1), ElementsAre(gone));
}

TEST_F(session_table_test, what_was_not_told_comes_again) {
  table.opened(alice, 1);
  auto taken = table.take_changes(1);
  EXPECT_THAT(table.take_changes(1), IsEmpty());
  table.not_told(taken.front());
  EXPECT_EQ(table.take_changes(1), taken);
}

TEST_F(session_table_test, a_departure_that_was_lost_is_told_again) {
  table.opened(alice, 1);
  tell_all();
  table.closed(alice, 2);
  auto taken = table.take_changes(1);
  table.begin_generation();
  table.opened(bob, 3);
  tell_all();
  table.not_told(taken.front());
  EXPECT_EQ(table.take_changes(1), taken);
}

TEST_F(session_table_test, a_new_generation_is_told_of_everyone_present) {
  std::set<std::string> all;
  for (int i = 0; i < 90; ++i) {
    user_id user{"user" + std::to_string(i)};
    table.opened(user, i);
    all.insert(user.str());
  }
  EXPECT_EQ(tell_all(), all);
  table.closed(user_id{"user0"}, 100);
  tell_all();
  all.erase("user0");
  table.begin_generation();
  EXPECT_EQ(table.unasserted(), 89u);
  table.closed(user_id{"user1"}, 100);
  all.erase("user1");
  EXPECT_EQ(table.unasserted(), 88u);
  EXPECT_EQ(tell_all(), all);
  EXPECT_EQ(table.unasserted(), 0u);
}

TEST_F(session_table_test, too_many_changes_are_forgotten_not_kept) {
  for (int i = 0; i < 5'000; ++i) {
    user_id user{"user" + std::to_string(i)};
    table.opened(user, i);
    if (i % 10 != 0)
      table.closed(user, i);
    ASSERT_LE(table.waiting(), 100u + 500u);
  }
  EXPECT_TRUE(table.forgetful());
  EXPECT_THAT(table.take_changes(10), IsEmpty());
  EXPECT_THAT(table.take_unasserted(10), IsEmpty());
  table.begin_generation();
  EXPECT_FALSE(table.forgetful());
  EXPECT_EQ(tell_all().size(), 500u);
  EXPECT_EQ(table.users(), 500u);
}

TEST_F(session_table_test,
       before_the_first_generation_nothing_waits_but_users) {
  session_table fresh{100};
  EXPECT_FALSE(fresh.opened(alice, 1));
  EXPECT_FALSE(fresh.opened(bob, 1));
  EXPECT_FALSE(fresh.closed(bob, 2));
  EXPECT_EQ(fresh.waiting(), 1u);
  EXPECT_EQ(fresh.begin_generation(), 1u);
  EXPECT_EQ(fresh.unasserted(), 1u);
}

TEST_F(session_table_test, counts_users_and_sessions) {
  table.opened(alice, 1);
  table.opened(alice, 1);
  table.opened(bob, 1);
  EXPECT_EQ(table.users(), 2u);
  EXPECT_EQ(table.sessions(), 3u);
  EXPECT_TRUE(table.find(alice));
  table.closed(alice, 2);
  table.closed(alice, 2);
  EXPECT_FALSE(table.find(alice));
  EXPECT_EQ(table.users(), 1u);
  EXPECT_EQ(table.sessions(), 1u);
}

} // namespace
} // namespace parley::cluster::presence
