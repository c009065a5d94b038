#include "actors/wire/wire.hpp"
#include "node/remote_gateway.hpp"
#include "tests/support/recording_gateway.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace parley::node {
namespace {

using namespace parley::actors;

/// One node of a cluster; what it sends is kept with whom it is for.
struct remote_gateway_test : testing::Test {
  test::recording_gateway local;
  std::vector<node_id> others{2, 3};
  std::vector<std::pair<node_id, std::string>> sent;
  remote_gateway here{local, 1,
                      node_links{[this](node_id to, std::string_view bytes) {
                                   sent.emplace_back(to, bytes);
                                 },
                                 [this] { return others; }}};

  publication event{.conversation = conversation_id{"d.1"},
                    .what
                    = typing{conversation_id{"d.1"}, user_id{"bob"}, true},
                    .removed = {user_id{"carol"}}};
};

TEST_F(remote_gateway_test, gives_its_own_sessions_theirs_without_a_link) {
  here.answer({1, 0, 5}, reply{actors::done{}});
  here.subscribe(1, 9, event.conversation, 4);
  here.unsubscribe(1, 9, event.conversation);
  here.close(1, 9, close_reason::banned);
  here.tell(1, 9, {event.conversation, user_id{"bob"}, signal_kind::ring, "1"});
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(local.entries().size(), 5u);
}

TEST_F(remote_gateway_test, sends_to_the_node_of_the_session) {
  here.answer({2, 0, 5}, reply{actors::done{}});
  here.subscribe(3, 9, event.conversation, 4);
  here.unsubscribe(2, 9, event.conversation);
  here.close(3, 9, close_reason::banned);
  here.tell(2, 9, {event.conversation, user_id{"bob"}, signal_kind::ring, "1"});
  EXPECT_TRUE(local.entries().empty());
  ASSERT_EQ(sent.size(), 5u);
  EXPECT_EQ(sent[0].first, 2u);
  EXPECT_EQ(sent[1].first, 3u);
  EXPECT_EQ(sent[2].first, 2u);
  EXPECT_EQ(sent[3].first, 3u);
  for (auto& s : sent)
    EXPECT_TRUE(here.receive(s.second));
  auto got = local.entries();
  ASSERT_EQ(got.size(), 5u);
  EXPECT_TRUE(got[0].answer);
  EXPECT_EQ(got[1].subscribed->last_seq, 4u);
  EXPECT_FALSE(got[2].subscribed->on);
  EXPECT_EQ(got[3].closed->why, close_reason::banned);
  EXPECT_EQ(got[4].signalled->what.data, "1");
}

TEST_F(remote_gateway_test, publishes_to_every_node) {
  here.publish(event);
  here.publish(presence_change{.now = {.user = user_id{"bob"}}});
  EXPECT_EQ(local.entries().size(), 2u);
  ASSERT_EQ(sent.size(), 4u);
  EXPECT_EQ(sent[0].first, 2u);
  EXPECT_EQ(sent[1].first, 3u);
  EXPECT_EQ(sent[0].second, sent[1].second);
}

TEST_F(remote_gateway_test, tells_its_sessions_what_another_node_published) {
  ASSERT_TRUE(here.receive(actors::wire::encode(event)));
  EXPECT_TRUE(sent.empty());
  auto got = local.entries();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].told->removed, event.removed);
}

TEST_F(remote_gateway_test, says_nothing_to_nobody_on_a_cluster_of_one) {
  others.clear();
  here.publish(event);
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(local.entries().size(), 1u);
}

TEST_F(remote_gateway_test, refuses_damaged_bytes) {
  EXPECT_EQ(here.receive("\x04xyz").error().code, errc::corrupt);
  EXPECT_TRUE(local.entries().empty());
}

} // namespace
} // namespace parley::node
