#include "net/outbound_queue.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace parley::net {

namespace {

constexpr std::size_t bound = 100'000;
const conversation_id room{"g.00000000000000000000000001"};
const conversation_id other{"g.00000000000000000000000002"};

frame_ptr frame(std::size_t size) {
  return std::make_shared<const std::string>(size, 'x');
}

frame_ptr frame(const char* text) {
  return std::make_shared<const std::string>(text);
}

// What would be written next.
std::string next(const outbound_queue& queue) {
  std::array<iovec, 64> pieces;
  auto count = queue.gather(pieces);
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
  return out;
}

} // namespace

TEST(outbound_queue_test, gives_back_in_order_what_was_pushed) {
  outbound_queue queue{bound};
  EXPECT_TRUE(queue.empty());
  for (const auto* text : {"ab", "cd", "ef"})
    EXPECT_TRUE(queue.push(frame(text)));
  EXPECT_EQ(next(queue), "abcdef");
  queue.consume(3);
  EXPECT_EQ(next(queue), "def");
  queue.consume(1);
  EXPECT_EQ(next(queue), "ef");
  queue.consume(2);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0U);
}

TEST(outbound_queue_test, gathers_a_bounded_amount) {
  outbound_queue queue{bound};
  for (int i = 0; i < 9; ++i)
    queue.push(frame(std::size_t{10'000}));
  EXPECT_EQ(next(queue).size(), 60'000U);
  outbound_queue large{bound};
  large.push(frame(std::size_t{90'000}));
  EXPECT_EQ(next(large).size(), 90'000U);
}

TEST(outbound_queue_test, drops_ephemeral_events_above_a_quarter) {
  outbound_queue queue{bound};
  int kept = 0;
  while (queue.push_ephemeral(frame(std::size_t{1000})))
    ++kept;
  EXPECT_EQ(kept, 23);
  EXPECT_LE(queue.bytes(), bound / 4);
  EXPECT_TRUE(queue.push_event(room, 1, frame(std::size_t{1000})));
}

TEST(outbound_queue_test, turns_events_into_one_gap_a_conversation) {
  outbound_queue queue{bound};
  seq at = 1;
  while (queue.push_event(room, at, frame(std::size_t{1000})))
    ++at;
  auto full = queue.bytes();
  EXPECT_LE(full, bound / 4 * 3);
  for (int i = 0; i < 1000; ++i)
    EXPECT_FALSE(queue.push_event(room, ++at, frame(std::size_t{1})));
  EXPECT_FALSE(queue.push_event(other, 7, frame(std::size_t{1000})));
  EXPECT_EQ(queue.bytes(), full);
  EXPECT_FALSE(queue.take_gap());

  queue.consume(60'000);
  EXPECT_FALSE(queue.push_event(room, ++at, frame(std::size_t{1})));
  auto first = queue.take_gap();
  auto second = queue.take_gap();
  ASSERT_TRUE(first && second);
  if (first->first == other)
    std::swap(first, second);
  EXPECT_EQ(*first, (std::pair{room, at}));
  EXPECT_EQ(*second, (std::pair{other, seq{7}}));
  EXPECT_FALSE(queue.take_gap());
  EXPECT_TRUE(queue.push_event(room, ++at, frame(std::size_t{1})));
}

TEST(outbound_queue_test, leaves_room_for_answers_and_then_says_no) {
  outbound_queue queue{bound};
  while (queue.push_event(room, 1, frame(std::size_t{1000})))
    ;
  int answers = 0;
  while (queue.push(frame(std::size_t{1000})))
    ++answers;
  EXPECT_GE(answers, 20);
  EXPECT_LE(queue.bytes(), bound);
}

TEST(outbound_queue_test, keeps_the_frame_that_the_peer_has_begun_to_get) {
  outbound_queue queue{bound};
  queue.push(frame("abc"));
  queue.push(frame("def"));
  queue.skip(room, 3);
  queue.consume(1);
  queue.drop_unsent();
  queue.push(frame("end"));
  EXPECT_EQ(next(queue), "bcend");
  EXPECT_FALSE(queue.take_gap());
  queue.consume(5);
  EXPECT_EQ(queue.bytes(), 0U);
}

TEST(outbound_queue_test, stays_in_order_through_long_traffic) {
  outbound_queue queue{bound};
  std::string pushed;
  std::string written;
  for (int i = 0; i < 5000; ++i) {
    auto text = std::to_string(i) + ",";
    pushed += text;
    queue.push(frame(text.c_str()));
    if (i % 3 == 0) {
      auto part = next(queue).substr(0, 11);
      queue.consume(part.size());
      written += part;
    }
  }
  while (!queue.empty()) {
    auto part = next(queue);
    queue.consume(part.size());
    written += part;
  }
  EXPECT_EQ(written, pushed);
}

} // namespace parley::net
