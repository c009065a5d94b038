#include "net/catch_up.hpp"

#include <gtest/gtest.h>

namespace parley::net {

TEST(catch_up_test, gives_everything_out_in_portions) {
  catch_up todo;
  for (session_id i = 1; i <= catch_up::sessions_max + 5; ++i)
    todo.add(i);
  todo.add(std::vector<conversation_id>(3, conversation_id{"d.1"}));
  auto first = todo.take();
  ASSERT_EQ(first.sessions.size(), catch_up::sessions_max);
  EXPECT_EQ(first.sessions.front(), 1U);
  EXPECT_EQ(first.conversations.size(), 3U);
  EXPECT_FALSE(todo.empty());
  auto second = todo.take();
  ASSERT_EQ(second.sessions.size(), 5U);
  EXPECT_EQ(second.sessions.back(), catch_up::sessions_max + 5);
  EXPECT_TRUE(second.conversations.empty());
  EXPECT_TRUE(todo.empty());
}

TEST(catch_up_test, tries_later_what_could_not_be_done) {
  catch_up todo;
  todo.postpone(7);
  EXPECT_TRUE(todo.empty());
  EXPECT_TRUE(todo.take().sessions.empty());
  todo.again(0);
  EXPECT_EQ(todo.take().sessions, (std::vector<session_id>{7}));
  todo.again(0);
  EXPECT_TRUE(todo.empty());
}

TEST(catch_up_test, gives_users_out_when_they_are_due) {
  catch_up todo;
  todo.add_later(100, {user_id{"anna"}});
  todo.add_later(200, {user_id{"boris"}, user_id{"clara"}});
  todo.again(99);
  EXPECT_TRUE(todo.empty());
  todo.again(150);
  EXPECT_EQ(todo.take().users, (std::vector{user_id{"anna"}}));
  todo.again(200);
  EXPECT_EQ(todo.take().users.size(), 2U);
  EXPECT_TRUE(todo.empty());
}

} // namespace parley::net
