#include "actors/user_sessions.hpp"
#include "base/limits.hpp"

#include <gtest/gtest.h>

namespace parley::actors {
namespace {

live_session session(session_id id, std::string device = {},
                     std::string_view family = "f", node_id node = 1) {
  return {node, id, family_id{family}, std::move(device)};
}

TEST(user_sessions_test, a_node_goes_with_all_of_its_sessions) {
  user_sessions sessions;
  sessions.add({1, 1, {}, "phone"});
  sessions.add({2, 1, {}, "desk"});
  sessions.add({1, 2, {}, "car"});
  EXPECT_TRUE(sessions.remove(1, 0, 100));
  ASSERT_EQ(sessions.all().size(), 1u);
  EXPECT_EQ(sessions.all().front().node, 2u);
  EXPECT_EQ(sessions.gone_since(), 0);
  EXPECT_TRUE(sessions.remove(2, 0, 200));
  EXPECT_EQ(sessions.gone_since(), 200);
  EXPECT_FALSE(sessions.remove(2, 0, 300));
}

TEST(user_sessions_test, knows_when_the_last_one_went) {
  user_sessions sessions;
  EXPECT_EQ(sessions.gone_since(), 0);
  sessions.add(session(1));
  sessions.add(session(2));
  EXPECT_TRUE(sessions.remove(1, 1, 100));
  EXPECT_EQ(sessions.gone_since(), 0);
  EXPECT_FALSE(sessions.remove(1, 1, 150));
  EXPECT_FALSE(sessions.remove(2, 2, 150)) << "of another node";
  EXPECT_TRUE(sessions.remove(1, 2, 200));
  EXPECT_EQ(sessions.gone_since(), 200);
  EXPECT_FALSE(sessions.remove(1, 2, 300));
  EXPECT_EQ(sessions.gone_since(), 200);
  sessions.add(session(3));
  EXPECT_EQ(sessions.gone_since(), 0);
}

TEST(user_sessions_test, keeps_sessions_without_a_device_apart) {
  user_sessions sessions;
  EXPECT_TRUE(sessions.add(session(1)).empty());
  EXPECT_TRUE(sessions.add(session(2)).empty());
  EXPECT_EQ(sessions.all().size(), 2u);
}

TEST(user_sessions_test, replaces_the_oldest_where_there_are_too_many) {
  user_sessions sessions;
  for (session_id i = 1; i <= limits::sessions_per_user_max; ++i)
    EXPECT_TRUE(sessions.add(session(i)).empty());
  auto replaced = sessions.add(session(1000));
  ASSERT_EQ(replaced.size(), 1u);
  EXPECT_EQ(replaced[0].session, 1u);
  EXPECT_EQ(sessions.all().size(), limits::sessions_per_user_max);
}

TEST(user_sessions_test, replaces_nothing_by_what_is_there_already) {
  user_sessions sessions;
  sessions.add(session(1, "phone"));
  EXPECT_TRUE(sessions.add(session(1, "phone", "g")).empty());
  ASSERT_EQ(sessions.all().size(), 1u);
  EXPECT_EQ(sessions.all()[0].family, family_id{"g"});
  auto replaced = sessions.add(session(1, "phone", "f", 2));
  ASSERT_EQ(replaced.size(), 1u) << "that of another node is another";
  EXPECT_EQ(replaced[0].node, 1u);
  EXPECT_EQ(sessions.all().size(), 1u);
}

TEST(user_sessions_test, keeps_the_later_of_two_of_one_device) {
  user_sessions sessions;
  auto later = session(1, "phone");
  later.since = 200;
  auto earlier = session(2, "phone");
  earlier.since = 100;
  EXPECT_EQ(sessions.latest(), 0);
  sessions.add(later);
  EXPECT_EQ(sessions.latest(), 200);
  auto replaced = sessions.add(earlier);
  ASSERT_EQ(replaced.size(), 1u);
  EXPECT_EQ(replaced[0].session, 2u);
  EXPECT_EQ(replaced[0].why, close_reason::replaced);
  ASSERT_EQ(sessions.all().size(), 1u);
  EXPECT_EQ(sessions.all()[0].session, 1u);
}

TEST(user_sessions_test, closes_a_family_or_all) {
  user_sessions sessions;
  EXPECT_TRUE(sessions.close({}, close_reason::banned, 5).empty());
  EXPECT_EQ(sessions.gone_since(), 0) << "there was nobody to go";
  sessions.add(session(1, "a", "f"));
  sessions.add(session(2, "b", "g"));
  sessions.add(session(3, "c", "f"));
  auto closed = sessions.close(family_id{"f"}, close_reason::revoked, 10);
  ASSERT_EQ(closed.size(), 2u);
  EXPECT_EQ(closed[1].session, 3u);
  EXPECT_EQ(sessions.gone_since(), 0);
  closed = sessions.close({}, close_reason::banned, 20);
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].why, close_reason::banned);
  EXPECT_EQ(sessions.gone_since(), 20);
  sessions.absence_told();
  EXPECT_EQ(sessions.gone_since(), 0);
}

} // namespace
} // namespace parley::actors
