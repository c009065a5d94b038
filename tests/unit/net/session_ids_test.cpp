#include "net/gateway.hpp"
#include "net/session_ids.hpp"

#include <gtest/gtest.h>

namespace parley::net {

TEST(session_ids_test, tell_nodes_and_threads_apart) {
  auto one = make_session_id(1, 0, 5);
  EXPECT_NE(one, make_session_id(2, 0, 5));
  EXPECT_NE(one, make_session_id(1, 1, 5));
  EXPECT_NE(one, make_session_id(1, 0, 6));
  EXPECT_EQ(worker_of(make_session_id(65'535, 255, ~0ull)), 255U);
  EXPECT_EQ(worker_of(make_session_id(7, 3, ~0ull)), 3U);
  EXPECT_EQ(make_session_id(7, 3, ~0ull) >> session_node_shift, 7U);
}

TEST(session_ids_test, lead_to_the_thread_of_the_session) {
  gateway way{3};
  way.close(9, make_session_id(9, 2, 1), actors::close_reason::banned);
  for (std::size_t i = 0; i < 3; ++i) {
    std::vector<task::any> got;
    way.inbox_of(i).take(got);
    EXPECT_EQ(got.size(), i == 2 ? 1U : 0U);
  }
}

TEST(session_ids_test, let_every_thread_hear_of_a_moved_shard) {
  gateway way{2};
  way.shard_lost(4);
  way.shard_moved(5);
  for (std::size_t i = 0; i < 2; ++i) {
    std::vector<task::any> got;
    way.inbox_of(i).take(got);
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(std::get<task::shard_lost>(got[0]).shard, 4);
    EXPECT_EQ(std::get<task::shard_moved>(got[1]).shard, 5);
  }
}

} // namespace parley::net
