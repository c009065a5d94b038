#include "net/call_table.hpp"

#include <gtest/gtest.h>

namespace parley::net {

namespace {

pending_call call_of(session_id session) {
  session_call out;
  out.session = session;
  return out;
}

session_id whose(const pending_call& what) {
  return std::get<session_call>(what).session;
}

} // namespace

TEST(call_table_test, gives_back_each_call_once) {
  call_table table;
  auto first = table.add(call_of(1), 100);
  auto second = table.add(call_of(2), 100);
  EXPECT_EQ(table.size(), 2U);
  auto taken = table.take(second);
  ASSERT_TRUE(taken);
  EXPECT_EQ(whose(*taken), 2U);
  EXPECT_FALSE(table.take(second));
  EXPECT_TRUE(table.take(first));
  EXPECT_EQ(table.size(), 0U);
  EXPECT_FALSE(table.take(12345));
}

TEST(call_table_test, never_gives_an_id_twice) {
  call_table table;
  auto late = table.add(call_of(1), 100);
  table.take(late);
  auto next = table.add(call_of(2), 100);
  EXPECT_NE(late, next);
  EXPECT_FALSE(table.take(late));
  EXPECT_TRUE(table.take(next));
}

TEST(call_table_test, gives_up_on_calls_in_time) {
  call_table table;
  table.add(call_of(1), 100);
  auto kept = table.add(call_of(2), 101);
  auto expired = table.take_expired(100);
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(whose(expired[0]), 1U);
  EXPECT_TRUE(table.take(kept));
}

} // namespace parley::net
