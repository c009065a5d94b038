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
  auto first = table.add(call_of(1), 0, 100);
  auto second = table.add(call_of(2), 0, 100);
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
  auto late = table.add(call_of(1), 0, 100);
  table.take(late);
  auto next = table.add(call_of(2), 0, 100);
  EXPECT_NE(late, next);
  EXPECT_FALSE(table.take(late));
  EXPECT_TRUE(table.take(next));
}

TEST(call_table_test, gives_up_on_calls_in_time) {
  call_table table;
  table.add(call_of(1), 0, 100);
  auto kept = table.add(call_of(2), 0, 101);
  auto expired = table.take_expired(100);
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(whose(expired[0]), 1U);
  EXPECT_TRUE(table.take(kept));
}

TEST(call_table_test, gives_up_on_the_calls_of_a_shard) {
  call_table table;
  table.add(call_of(1), 3, 100);
  auto kept = table.add(call_of(2), 4, 100);
  table.add(call_of(3), 3, 100);
  auto lost = table.take_of(3);
  ASSERT_EQ(lost.size(), 2U);
  EXPECT_EQ(whose(lost[0]), 1U);
  EXPECT_EQ(whose(lost[1]), 3U);
  EXPECT_TRUE(table.take_of(3).empty());
  EXPECT_TRUE(table.take(kept));
}

TEST(call_table_test, drops_the_answer_to_a_call_that_it_has_given_up) {
  call_table table;
  auto late = table.add(call_of(1), 3, 100);
  table.take_of(3);
  auto again = table.add(call_of(1), 3, 100);
  EXPECT_FALSE(table.take(late));
  EXPECT_TRUE(table.take(again));
}

TEST(call_table_test, shares_no_ids_with_an_earlier_life) {
  call_table before{1};
  call_table now{77};
  auto late = before.add(call_of(1), 0, 100);
  now.add(call_of(2), 0, 100);
  EXPECT_FALSE(now.take(late));
}

} // namespace parley::net
