#include "cluster/link/hello.hpp"
#include "tests/unit/link/link_fixture.hpp"
#include "tests/unit/link/raw_peer.hpp"

namespace parley::cluster::link {
namespace {

using std::chrono::milliseconds;

/// Node 2, and a peer 1 whose every byte the test says.
class links_faults_test : public testing::Test {
protected:
  explicit links_faults_test() {
    node.start();
    node->set_peers({{1, "127.0.0.1:1"}});
  }

  static link_options quick() {
    auto out = test_options();
    out.ping_every = milliseconds{50};
    out.down_after = milliseconds{400};
    return out;
  }

  static hello as(std::uint64_t incarnation) {
    hello out;
    out.speaks_min = version_min;
    out.speaks_max = version_max;
    out.node = 1;
    out.meant = 2;
    out.incarnation = incarnation;
    return out;
  }

  std::unique_ptr<raw_peer> greet(const hello& as_what) {
    auto out = std::make_unique<raw_peer>(node->address());
    EXPECT_TRUE(out->handshake(*keys));
    out->say(own::hello, encode(as_what));
    return out;
  }

  refusal refused(const hello& as_what) {
    auto told = greet(as_what)->hear();
    if (!told || told->first != own::refusal)
      return refusal::none;
    return decode_refusal(told->second);
  }

  test_node node{2, quick()};
  std::unique_ptr<psk_context> keys
    = psk_context::make(quick().cluster_name, quick().secret).value();
};

TEST_F(links_faults_test, a_frozen_peer_is_seen) {
  auto raw = greet(as(1));
  ASSERT_TRUE(node.said.wait_up(1));
  auto from = std::chrono::steady_clock::now();
  ASSERT_TRUE(node.said.wait_down(1));
  EXPECT_GE(std::chrono::steady_clock::now() - from, milliseconds{300});
  EXPECT_FALSE(node->send(1, urgency::normal, test_channel, "x"));
}

TEST_F(links_faults_test, a_peer_that_only_speaks_is_alive) {
  auto raw = greet(as(1));
  ASSERT_TRUE(node.said.wait_up(1));
  // Each ping is answered, for twice the time in which silence would tell.
  auto until = std::chrono::steady_clock::now() + milliseconds{800};
  while (std::chrono::steady_clock::now() < until) {
    auto told = raw->hear();
    ASSERT_TRUE(told);
    if (told->first == own::ping)
      raw->say(own::pong, told->second);
  }
  EXPECT_EQ(node.said.downs_of(1), 0);
}

TEST_F(links_faults_test, a_peer_that_ends_is_down_at_once) {
  auto raw = greet(as(1));
  ASSERT_TRUE(node.said.wait_up(1));
  raw.reset();
  EXPECT_TRUE(node.said.wait_down(1));
}

TEST_F(links_faults_test, an_oversized_frame_ends_the_link) {
  auto raw = greet(as(1));
  ASSERT_TRUE(node.said.wait_up(1));
  std::string header;
  append_header(header, test_channel, frame_bytes_max + 1);
  raw->say_bytes(header);
  EXPECT_TRUE(raw->is_closed());
  EXPECT_TRUE(node.said.wait_down(1));
}

TEST_F(links_faults_test, frames_in_small_pieces_arrive_whole) {
  auto raw = greet(as(1));
  ASSERT_TRUE(node.said.wait_up(1));
  std::string bytes;
  for (int i = 0; i < 3; ++i) {
    append_header(bytes, test_channel, 2);
    bytes += "ab";
  }
  for (auto byte : bytes)
    raw->say_bytes({byte});
  ASSERT_TRUE(node.said.wait_frames(3));
  EXPECT_EQ(node.said.frames_heard[2].payload, "ab");
}

TEST_F(links_faults_test, what_comes_with_the_hello_is_heard) {
  raw_peer raw{node->address()};
  ASSERT_TRUE(raw.handshake(*keys));
  std::string bytes;
  append_header(bytes, own::hello, hello_bytes);
  bytes += encode(as(1));
  append_header(bytes, test_channel, 2);
  raw.say_bytes(bytes + "ab");
  ASSERT_TRUE(node.said.wait_frames(1));
}

TEST_F(links_faults_test, nonsense_instead_of_a_hello_is_refused) {
  raw_peer raw{node->address()};
  ASSERT_TRUE(raw.handshake(*keys));
  raw.say(own::hello, "nonsense");
  auto told = raw.hear();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->first, own::refusal);
  EXPECT_EQ(decode_refusal(told->second), refusal::malformed);
  EXPECT_FALSE(raw.hear());
}

TEST_F(links_faults_test, who_cannot_be_the_peer_is_refused) {
  auto who = as(1);
  who.node = 9;
  EXPECT_EQ(refused(who), refusal::not_a_peer);
  who = as(1);
  who.meant = 7;
  EXPECT_EQ(refused(who), refusal::wrong_node);
  who = as(1);
  who.cluster = 99;
  EXPECT_EQ(refused(who), refusal::other_cluster);
  who = as(1);
  who.speaks_min = who.speaks_max = version_max + 1;
  EXPECT_EQ(refused(who), refusal::version);
  EXPECT_EQ(node.said.ups[1], 0);
}

TEST_F(links_faults_test, a_newer_process_takes_the_place_of_an_older) {
  auto older = greet(as(1));
  ASSERT_TRUE(node.said.wait_up(1));
  auto newer = greet(as(2));
  ASSERT_TRUE(node.said.wait_up(1, 2));
  EXPECT_EQ(node.said.downs_of(1), 1);
  EXPECT_EQ(node.said.last_terms[1].incarnation, 2u);
  EXPECT_TRUE(older->is_closed());
  EXPECT_EQ(refused(as(1)), refusal::superseded);
  EXPECT_EQ(node.of(1).incarnation, 2u);
}

TEST_F(links_faults_test, a_process_that_connects_again_is_itself) {
  auto first = greet(as(1));
  ASSERT_TRUE(node.said.wait_up(1));
  auto second = greet(as(1));
  ASSERT_TRUE(node.said.wait_up(1, 2));
  EXPECT_TRUE(first->is_closed());
}

TEST(links_restart_test, a_peer_that_restarts_is_found_again) {
  test_node one{1};
  auto two = std::make_unique<test_node>(2);
  auto opts = test_options();
  opts.listen = (*two)->address();
  one.start();
  two->start();
  one.know({two.get()});
  two->know({&one});
  ASSERT_TRUE(one.said.wait_up(2));
  auto before = one.said.last_terms[2].incarnation;
  two.reset();
  ASSERT_TRUE(one.said.wait_down(2));
  two = std::make_unique<test_node>(2, opts);
  two->start();
  two->know({&one});
  ASSERT_TRUE(one.said.wait_up(2, 2));
  EXPECT_NE(one.said.last_terms[2].incarnation, before);
  EXPECT_TRUE(one->send(2, urgency::normal, test_channel, "again"));
  EXPECT_TRUE(two->said.wait_frames(1));
}

TEST(links_restart_test, a_peer_that_moves_is_found_at_its_new_address) {
  test_node one{1};
  auto two = std::make_unique<test_node>(2);
  one.start();
  two->start();
  one.know({two.get()});
  two->know({&one});
  ASSERT_TRUE(one.said.wait_up(2));
  test_node moved{2};
  two.reset();
  ASSERT_TRUE(one.said.wait_down(2));
  moved.start();
  moved.know({&one});
  one.know({&moved});
  EXPECT_TRUE(one.said.wait_up(2, 2));
}

TEST(links_versions_test, the_highest_that_both_speak_is_used) {
  auto older = test_options();
  older.speaks_max = 2;
  auto newer = test_options();
  newer.speaks_min = 2;
  newer.speaks_max = 3;
  test_node one{1, older};
  test_node two{2, newer};
  one.start();
  two.start();
  one.know({&two});
  two.know({&one});
  ASSERT_TRUE(one.said.wait_up(2) && two.said.wait_up(1));
  EXPECT_EQ(one.said.last_terms[2].version, 2);
  EXPECT_EQ(two.said.last_terms[1].version, 2);
}

} // namespace
} // namespace parley::cluster::link
