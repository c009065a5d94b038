#include "tests/support/eventually.hpp"
#include "tests/unit/link/link_fixture.hpp"

#include <atomic>
#include <thread>

namespace parley::cluster::link {
namespace {

using std::chrono::milliseconds;

TEST(links_test, carry_frames_both_ways_in_order) {
  linked_pair pair;
  ASSERT_TRUE(pair.link());
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(
      pair.a->send(2, urgency::normal, test_channel, std::to_string(i)));
    EXPECT_TRUE(
      pair.b->send(1, urgency::normal, test_channel + 1, std::to_string(i)));
  }
  for (auto* to : {&pair.a, &pair.b}) {
    ASSERT_TRUE(to->said.wait_frames(1000));
    for (int i = 0; i < 1000; ++i)
      EXPECT_EQ(to->said.frames_heard[static_cast<std::size_t>(i)].payload,
                std::to_string(i));
  }
  EXPECT_EQ(pair.b.said.frames_heard[0].from, 1u);
  EXPECT_EQ(pair.b.said.frames_heard[0].channel, test_channel);
  EXPECT_EQ(pair.a.said.frames_heard[0].channel, test_channel + 1);
}

TEST(links_test, join_the_pieces_of_a_frame) {
  linked_pair pair;
  ASSERT_TRUE(pair.link());
  std::string_view pieces[] = {"he", "", "llo"};
  EXPECT_TRUE(pair.a->send(2, urgency::urgent, test_channel, pieces));
  ASSERT_TRUE(pair.b.said.wait_frames(1));
  EXPECT_EQ(pair.b.said.frames_heard[0].payload, "hello");
}

TEST(links_test, carry_frames_of_every_size) {
  linked_pair pair;
  ASSERT_TRUE(pair.link());
  std::vector<std::size_t> sizes{0,      1,       16'379,    16'384,    65'531,
                                 65'536, 131'072, 1'000'000, 16u << 20, 3};
  for (auto size : sizes) {
    auto fill = static_cast<char>('a' + size % 26);
    while (
      !pair.a->send(2, urgency::normal, test_channel, std::string(size, fill)))
      std::this_thread::yield();
  }
  ASSERT_TRUE(pair.b.said.wait_frames(sizes.size()));
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto& payload = pair.b.said.frames_heard[i].payload;
    EXPECT_EQ(payload.size(), sizes[i]);
    auto fill = static_cast<char>('a' + sizes[i] % 26);
    EXPECT_EQ(payload.find_first_not_of(fill), std::string::npos);
  }
}

TEST(links_test, hand_on_many_frames_at_once) {
  linked_pair pair;
  ASSERT_TRUE(pair.link());
  constexpr int count = 100'000;
  std::string payload(100, 'x');
  for (int i = 0; i < count;)
    if (pair.a->send(2, urgency::normal, test_channel, payload))
      ++i;
    else
      std::this_thread::yield();
  ASSERT_TRUE(pair.b.said.wait_frames(count));
  EXPECT_LT(pair.b.said.batches, count / 5);
}

TEST(links_test, take_frames_from_many_threads) {
  linked_pair pair;
  ASSERT_TRUE(pair.link());
  constexpr int threads = 4;
  constexpr int each = 5000;
  std::vector<std::thread> senders;
  for (int t = 0; t < threads; ++t)
    senders.emplace_back([&, t] {
      for (int i = 0; i < each;)
        if (pair.a->send(2, static_cast<urgency>(t % 3), test_channel,
                         std::to_string(t) + ":" + std::to_string(i)))
          ++i;
        else
          std::this_thread::yield();
    });
  // Others look and change meanwhile.
  for (int i = 0; i < 50; ++i) {
    pair.a.know({&pair.b});
    EXPECT_EQ(pair.a->list().size(), 1u);
  }
  for (auto& sender : senders)
    sender.join();
  ASSERT_TRUE(pair.b.said.wait_frames(threads * each));
  std::vector<int> next(threads);
  for (const auto& one : pair.b.said.frames_heard) {
    auto from = static_cast<std::size_t>(one.payload[0] - '0');
    EXPECT_EQ(one.payload.substr(2), std::to_string(next[from]++));
  }
}

TEST(links_test, push_back_where_the_other_side_is_slow) {
  std::atomic<bool> stuck = true;
  auto opts = test_options();
  opts.normal_bytes_max = 100'000;
  linked_pair pair{opts};
  pair.b.said.while_receiving = [&] { stuck.wait(true); };
  ASSERT_TRUE(pair.link());
  std::string payload(10'000, 'x');
  std::size_t sent = 0;
  // The system's buffers take some; far below this they are full.
  auto deadline = std::chrono::steady_clock::now() + milliseconds{2000};
  bool refused = false;
  while (!refused && std::chrono::steady_clock::now() < deadline) {
    if (pair.a->send(2, urgency::normal, test_channel, payload))
      ++sent;
    else
      refused = true;
  }
  EXPECT_TRUE(refused);
  EXPECT_LE(pair.a.of(2).queued_bytes, opts.normal_bytes_max);
  // Other classes have room of their own.
  EXPECT_TRUE(pair.a->send(2, urgency::urgent, test_channel, "urgent"));
  stuck = false;
  stuck.notify_all();
  ASSERT_TRUE(pair.b.said.wait_frames(sent + 1));
}

TEST(links_test, send_nothing_to_whom_there_is_no_link) {
  test_node a{1};
  EXPECT_FALSE(a->send(2, urgency::normal, test_channel, "x"));
  a.start();
  a->set_peers({{2, "127.0.0.1:1"}, {1, a->address()}});
  EXPECT_FALSE(a->send(2, urgency::normal, test_channel, "x"));
  EXPECT_FALSE(a->send(1, urgency::normal, test_channel, "x"));
  ASSERT_EQ(a->list().size(), 1u);
  EXPECT_FALSE(a->list()[0].up);
}

TEST(links_test, tell_what_they_did) {
  linked_pair pair;
  ASSERT_TRUE(pair.link());
  EXPECT_TRUE(pair.a->send(2, urgency::normal, test_channel, "hello"));
  ASSERT_TRUE(pair.b.said.wait_frames(1));
  auto out = pair.a.of(2);
  EXPECT_TRUE(out.up);
  EXPECT_EQ(out.address, pair.b->address());
  EXPECT_EQ(out.frames_out, 1u);
  EXPECT_EQ(out.bytes_out, 10u);
  EXPECT_EQ(out.version, version_max);
  EXPECT_EQ(out.incarnation, pair.a.said.last_terms[2].incarnation);
  EXPECT_GE(pair.b.of(1).frames_in, 1u);
  // The first ping's answer is what the second round trip would wait for.
  test::eventually([&] { return pair.a.of(2).round_trip.count() > 0; },
                   patience());
  EXPECT_GT(pair.a.of(2).round_trip.count(), 0);
}

TEST(links_test, connect_every_node_with_every_other) {
  std::vector<std::unique_ptr<test_node>> nodes;
  std::vector<const test_node*> all;
  for (node_id id = 1; id <= 5; ++id) {
    nodes.push_back(std::make_unique<test_node>(id));
    all.push_back(nodes.back().get());
  }
  for (auto& node : nodes) {
    node->start();
    node->know(all);
  }
  for (auto& node : nodes)
    for (const auto* other : all) {
      if (other->id != node->id) {
        EXPECT_TRUE(node->said.wait_up(other->id));
      }
    }
}

TEST(links_test, close_the_link_to_who_is_no_peer_any_more) {
  linked_pair pair;
  ASSERT_TRUE(pair.link());
  pair.b->set_peers({});
  EXPECT_TRUE(pair.b.said.wait_down(1));
  EXPECT_TRUE(pair.a.said.wait_down(2));
  EXPECT_FALSE(pair.b->send(1, urgency::normal, test_channel, "x"));
  pair.b.know({&pair.a});
  EXPECT_TRUE(pair.b.said.wait_up(1, 2));
  EXPECT_TRUE(pair.a.said.wait_up(2, 2));
}

TEST(links_test, stop_once_and_say_no_more) {
  linked_pair pair;
  ASSERT_TRUE(pair.link());
  pair.a->stop();
  pair.a->stop();
  EXPECT_EQ(pair.a.said.downs_of(2), 0);
  EXPECT_FALSE(pair.a->send(2, urgency::normal, test_channel, "x"));
  EXPECT_TRUE(pair.b.said.wait_down(1));
}

} // namespace
} // namespace parley::cluster::link
