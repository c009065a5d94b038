#include "node/drainer.hpp"

#include <gtest/gtest.h>

namespace parley::node {
namespace {

using std::chrono::milliseconds;

TEST(time_to_leave, is_what_the_others_need_to_take_all_in) {
  EXPECT_EQ(time_to_leave(10'000, 200, 2, 1), milliseconds{25'000});
  EXPECT_EQ(time_to_leave(10'000, 200, 4, 1), milliseconds{12'500});
  EXPECT_EQ(time_to_leave(1, 200, 1, 1), milliseconds{5});
  EXPECT_EQ(time_to_leave(0, 200, 2, 1), milliseconds{0});
}

TEST(time_to_leave, is_longer_where_several_nodes_leave_at_once) {
  EXPECT_EQ(time_to_leave(10'000, 200, 2, 2), milliseconds{50'000});
}

TEST(time_to_leave, is_bounded_where_there_is_no_other_node) {
  EXPECT_EQ(time_to_leave(10'000, 200, 0, 1), milliseconds{50'000});
  EXPECT_EQ(time_to_leave(10'000, 200, 0, 0), milliseconds{50'000});
}

} // namespace
} // namespace parley::node
