#include "net/fair_queue.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::net {
namespace {

TEST(fair_queue_test, gives_each_owner_its_turn) {
  fair_queue<int> queue{8};
  for (int i = 1; i <= 3; ++i)
    EXPECT_FALSE(queue.push("many", i));
  EXPECT_FALSE(queue.push("one", 10));
  std::string order;
  while (!queue.empty())
    order += std::to_string(queue.pop()) + ' ';
  EXPECT_EQ(order, "1 10 2 3 ");
}

TEST(fair_queue_test, makes_room_at_the_cost_of_who_has_most) {
  fair_queue<int> queue{3};
  for (int i = 1; i <= 3; ++i)
    queue.push("many", i);
  EXPECT_EQ(queue.push("many", 4), 4) << "its own newest";
  EXPECT_EQ(queue.push("one", 10), 3);
  EXPECT_EQ(queue.push("one", 11), 11) << "as many as the others have";
  EXPECT_EQ(queue.size(), 3u);
}

TEST(fair_queue_test, lets_a_few_in_while_fifty_attack) {
  fair_queue<int> queue{64};
  for (int round = 0; round < 10; ++round)
    for (int address = 0; address < 50; ++address)
      queue.push("attacker " + std::to_string(address), 0);
  EXPECT_FALSE(queue.push("somebody", 1) == 1);
  int waited = 0;
  while (queue.pop() != 1)
    ++waited;
  EXPECT_LE(waited, 50) << "one turn of the others";
}

TEST(fair_queue_test, may_hold_nothing_at_all) {
  fair_queue<int> queue{0};
  EXPECT_EQ(queue.push("one", 1), 1);
  EXPECT_TRUE(queue.empty());
}

} // namespace
} // namespace parley::net
