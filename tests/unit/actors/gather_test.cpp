#include "actors/gather.hpp"

#include <gtest/gtest.h>

namespace parley::actors {
namespace {

struct gathered {
  int calls = 0;
  gathers::answers got;

  gathers::then taker() {
    return [this](gathers::answers a) {
      ++calls;
      got = std::move(a);
    };
  }
};

/// The tokens of what was asked, in order.
struct questions {
  std::vector<std::uint64_t> tokens;

  gathers::ask note() {
    return
      [this](std::size_t, std::uint64_t token) { tokens.push_back(token); };
  }
};

response reply_to(std::uint64_t token, seq at) {
  return {token, reply{changed{at}}};
}

TEST(gathers_test, hands_answers_on_in_the_order_of_the_questions) {
  gathers open{7};
  gathered all;
  questions three;
  open.open(3, 0, three.note(), all.taker());
  for (auto i : {2u, 0u, 1u}) {
    EXPECT_EQ(all.calls, 0);
    auto r = reply_to(three.tokens[i], i);
    open.receive(r);
  }
  ASSERT_EQ(all.calls, 1);
  for (seq i = 0; i < 3; ++i)
    EXPECT_EQ(std::get<changed>(**all.got[i]).at, i);
  EXPECT_TRUE(open.empty());
}

TEST(gathers_test, asks_again_at_once_what_was_lost_and_has_no_answer) {
  gathers open{7};
  gathered all;
  questions some;
  std::vector<std::uint32_t> upsets{0, 0, 0};
  open.open(3, 0, some.note(), all.taker(),
            [&](std::size_t place) { return upsets[place]; });
  auto tokens = some.tokens;
  ASSERT_EQ(tokens.size(), 3u);
  some.tokens.clear();
  open.ask_lost();
  EXPECT_TRUE(some.tokens.empty());
  auto first = reply_to(tokens[0], 1);
  open.receive(first);
  upsets = {1, 1, 0};
  open.ask_lost();
  EXPECT_EQ(some.tokens, std::vector{tokens[1]});
  open.ask_lost();
  EXPECT_EQ(some.tokens.size(), 1u);
}

TEST(gathers_test, takes_an_answer_once) {
  gathers open{7};
  gathered all;
  questions two;
  open.open(2, 0, two.note(), all.taker());
  auto token = two.tokens.front();
  auto first = reply_to(token, 1);
  open.receive(first);
  auto again = reply_to(token, 9);
  open.receive(again);
  EXPECT_EQ(all.calls, 0);
  auto last = reply_to(token + 1, 2);
  open.receive(last);
  EXPECT_EQ(all.calls, 1);
  EXPECT_EQ(std::get<changed>(**all.got[0]).at, 1u);
  open.receive(last); // too late
  auto strange = reply_to(token + 5, 1);
  open.receive(strange);
  EXPECT_EQ(all.calls, 1);
}

TEST(gathers_test, finishes_late_with_what_has_come) {
  gathers open{7};
  gathered early;
  gathered late;
  questions two;
  questions one;
  open.open(2, 0, two.note(), early.taker());
  open.open(1, 1000, one.note(), late.taker());
  auto r = reply_to(two.tokens[1], 4);
  open.receive(r);
  open.expire(gathers::timeout_us - 1);
  EXPECT_EQ(early.calls, 0);
  open.expire(gathers::timeout_us);
  ASSERT_EQ(early.calls, 1);
  EXPECT_EQ(late.calls, 0);
  EXPECT_FALSE(early.got[0]);
  EXPECT_TRUE(early.got[1]);
}

TEST(gathers_test, asks_again_what_has_no_answer_for_long) {
  gathers open{7};
  gathered all;
  questions three;
  open.open(3, 0, three.note(), all.taker());
  auto first = three.tokens;
  auto r = reply_to(first[1], 1);
  open.receive(r);
  open.expire(gathers::again_us - 1);
  EXPECT_EQ(three.tokens.size(), 3u);
  open.expire(gathers::again_us);
  EXPECT_EQ(three.tokens,
            (std::vector{first[0], first[1], first[2], first[0], first[2]}));
  open.expire(2 * gathers::again_us);
  EXPECT_EQ(three.tokens.size(), 5u);
  open.expire(3 * gathers::again_us);
  EXPECT_EQ(three.tokens.size(), 7u);
  for (auto place : {0u, 2u}) {
    auto late = reply_to(first[place], place);
    open.receive(late);
    open.receive(late);
  }
  EXPECT_EQ(all.calls, 1);
}

TEST(gathers_test, may_be_asked_more_while_one_is_finished) {
  gathers open{7};
  gathered second;
  questions one;
  open.open(1, 0, one.note(),
            [&](auto) { open.open(1, 5, one.note(), second.taker()); });
  auto r = reply_to(one.tokens[0], 1);
  open.receive(r);
  EXPECT_FALSE(open.empty());
  open.expire(gathers::timeout_us + 5);
  EXPECT_EQ(second.calls, 1);
}

} // namespace
} // namespace parley::actors
