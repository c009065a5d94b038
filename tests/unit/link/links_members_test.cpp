#include "tests/unit/link/link_fixture.hpp"

#include <future>

namespace parley::cluster::link {
namespace {

constexpr const char* nowhere = "127.0.0.1:1";

TEST(links_members, the_higher_number_dials_where_the_lower_cannot) {
  test_node low{1};
  test_node high{2};
  low.start();
  high.start();
  low->set_peers({{2, nowhere}});
  high.know({&low});
  ASSERT_TRUE(low.said.wait_up(2));
  ASSERT_TRUE(high.said.wait_up(1));
}

TEST(links_members, a_link_that_the_higher_made_stays) {
  test_node low{1};
  test_node high{2};
  low.start();
  high.start();
  low->set_peers({{2, nowhere}});
  high.know({&low});
  ASSERT_TRUE(low.said.wait_up(2));
  low.know({&high});
  ASSERT_TRUE(low->send(2, urgency::normal, test_channel, "x"));
  ASSERT_TRUE(high.said.wait_frames(1));
  EXPECT_EQ(high.said.downs_of(1), 0);
}

TEST(links_members, who_was_removed_is_told) {
  test_node low{1};
  test_node high{2};
  low.start();
  high.start();
  high->set_removed({1});
  low.know({&high});
  ASSERT_TRUE(low.said.wait([&] { return !low.said.expellers.empty(); }));
  EXPECT_EQ(low.said.expellers.front(), 2u);
}

TEST(links_members, who_is_only_not_known_yet_is_not_told_so) {
  test_node low{1};
  test_node high{2};
  low.start();
  high.start();
  low.know({&high});
  high.know({&low});
  ASSERT_TRUE(low.said.wait_up(2));
  EXPECT_TRUE(low.said.expellers.empty());
}

TEST(links_members, another_cluster_says_how_many_nodes_it_lives_on) {
  test_node anew{1, test_options(), 7};
  test_node living{3, test_options(), 8};
  anew.start();
  living.start();
  living->set_living(2);
  living.know({&anew});
  auto told = [&] {
    return !anew.said.claims.empty() && anew.said.claims.back().living == 2;
  };
  ASSERT_TRUE(anew.said.wait(told));
  EXPECT_EQ(anew.said.claims.back().node, 3u);
  EXPECT_EQ(anew.said.claims.back().cluster, 8u);
  EXPECT_EQ(living.said.ups[1], 0);
}

TEST(links_members, a_node_that_asks_itself_finds_nobody) {
  test_node node{1};
  node.start();
  std::promise<result<std::string>> told;
  node->request(
    node->address(), "who", std::chrono::seconds{5},
    [&](result<std::string> what) { told.set_value(std::move(what)); });
  auto got = told.get_future().get();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, errc::io_failed);
}

TEST(links_members, a_frame_that_is_too_large_is_refused) {
  linked_pair pair;
  ASSERT_TRUE(pair.link());
  std::string large(frame_bytes_max + 1, 'x');
  EXPECT_FALSE(pair.a->send(2, urgency::normal, test_channel, large));
  EXPECT_TRUE(pair.a->send(2, urgency::normal, test_channel, "x"));
  EXPECT_EQ(pair.a.said.downs_of(2), 0);
}

} // namespace
} // namespace parley::cluster::link
