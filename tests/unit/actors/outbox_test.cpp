#include "actors/outbox.hpp"

#include <gtest/gtest.h>

namespace parley::actors {
namespace {

using list = std::vector<std::uint64_t>;

storage::outbox_record to(std::string whom) {
  storage::outbox_record row;
  row.to = std::move(whom);
  return row;
}

TEST(outbox_test, sends_nothing_before_it_is_durable) {
  outbox rows;
  auto a = rows.add(to("a"));
  EXPECT_TRUE(rows.due(0).empty());
  rows.release(a);
  EXPECT_EQ(rows.due(0), list{a});
  rows.release(99); // of a state that was dropped
}

TEST(outbox_test, gives_up_a_row_over_which_its_receiver_always_fails) {
  outbox rows;
  auto a = rows.add(to("a"));
  for (unsigned i = 1; i < outbox::failures_max; ++i)
    EXPECT_FALSE(rows.failed(a)) << i;
  EXPECT_TRUE(rows.failed(a));
  EXPECT_FALSE(rows.failed(99));
}

TEST(outbox_test, numbers_new_rows_behind_unreadable_ones) {
  outbox rows;
  rows.restore_unreadable(7);
  EXPECT_EQ(rows.take_unreadable(), list{7});
  EXPECT_TRUE(rows.take_unreadable().empty());
  EXPECT_EQ(rows.add(to("a")), 8u);
}

TEST(outbox_test, sends_one_at_a_time_to_each_destination) {
  outbox rows;
  auto a1 = rows.add(to("a"));
  auto b1 = rows.add(to("b"));
  auto a2 = rows.add(to("a"));
  for (auto n : {a1, b1, a2})
    rows.release(n);
  EXPECT_EQ(rows.due(0), (list{a1, b1}));
  EXPECT_TRUE(rows.done(b1));
  EXPECT_TRUE(rows.due(0).empty());
  EXPECT_TRUE(rows.done(a1));
  EXPECT_FALSE(rows.done(a1));
  EXPECT_EQ(rows.due(0), list{a2});
  EXPECT_TRUE(rows.done(a2));
  EXPECT_TRUE(rows.empty());
}

TEST(outbox_test, lets_no_row_overtake_one_that_is_not_durable) {
  outbox rows;
  rows.add(to("a"));
  auto second = rows.add(to("a"));
  rows.release(second);
  EXPECT_TRUE(rows.due(0).empty());
}

TEST(outbox_test, keeps_kinds_to_the_same_name_apart) {
  outbox rows;
  auto first = rows.add(to("al"));
  auto row = to("al");
  row.kind = storage::outbox_kind::directory;
  auto second = rows.add(row);
  rows.release(first);
  rows.release(second);
  EXPECT_EQ(rows.due(0), (list{first, second}));
}

TEST(outbox_test, sends_again_what_was_not_answered) {
  outbox rows;
  auto a = rows.add(to("a"));
  rows.release(a);
  EXPECT_EQ(rows.due(1000), list{a});
  EXPECT_TRUE(rows.due(1000 + outbox::resend_after_ms - 1).empty());
  EXPECT_EQ(rows.due(1000 + outbox::resend_after_ms), list{a});
  EXPECT_TRUE(rows.due(1000 + outbox::resend_after_ms).empty());
}

TEST(outbox_test, goes_on_after_what_was_stored) {
  outbox rows;
  rows.restore(7, to("a"));
  rows.restore(5, to("a"));
  EXPECT_EQ(rows.due(0), list{5});
  EXPECT_EQ(rows.add(to("c")), 8u);
  EXPECT_TRUE(rows.contains(8));
  EXPECT_EQ(rows.row(7).to, "a");
}

} // namespace
} // namespace parley::actors
