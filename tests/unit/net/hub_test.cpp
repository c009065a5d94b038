#include "tests/unit/net/hub_fixture.hpp"

namespace parley::net {

namespace {

class hub_test : public hub_fixture {};

} // namespace

TEST_F(hub_test, tells_the_sessions_that_are_subscribed) {
  auto& a = add(alice);
  auto& b = add(bob);
  auto& c = add(carol);
  EXPECT_TRUE(topics.subscribe(a, room));
  EXPECT_FALSE(topics.subscribe(a, room));
  EXPECT_TRUE(topics.subscribe(b, room));
  EXPECT_TRUE(topics.subscribe(c, other));
  EXPECT_EQ(publish(event(1)).delivered, 2U);
  topics.unsubscribe(b, room);
  EXPECT_EQ(publish(event(2)).delivered, 1U);
  EXPECT_EQ(a.seqs, (std::vector<seq>{1, 2}));
  EXPECT_EQ(b.seqs, (std::vector<seq>{1}));
  EXPECT_TRUE(c.seqs.empty());
  EXPECT_EQ(traced, (std::vector<session_id>{a.id()}));
}

TEST_F(hub_test, leaves_out_who_is_not_to_be_told) {
  auto& sender = add(alice);
  auto& device = add(alice);
  auto& former = add(bob);
  auto& member = add(carol);
  for (auto& one : sessions)
    topics.subscribe(one, room);
  auto what = event(1);
  what.what.except = sender.id();
  what.what.hidden = {bob};
  EXPECT_EQ(publish(what).delivered, 2U);
  EXPECT_TRUE(sender.seqs.empty() && former.seqs.empty());
  EXPECT_EQ(device.seqs.size() + member.seqs.size(), 2U);

  auto typing = event(0);
  typing.what.except_user = alice;
  EXPECT_EQ(publish(typing).delivered, 2U);
  EXPECT_EQ(sender.ephemeral + device.ephemeral, 0);
}

TEST_F(hub_test, subscribes_new_members_first_and_former_ones_last) {
  auto& a = add(alice);
  auto& b1 = add(bob);
  auto& b2 = add(bob);
  topics.subscribe(a, room);
  auto joined = event(1);
  joined.what.added = {bob, carol};
  EXPECT_EQ(publish(joined).delivered, 3U);
  auto left = event(2);
  left.what.removed = {bob};
  EXPECT_EQ(publish(left).delivered, 3U);
  EXPECT_EQ(publish(event(3)).delivered, 1U);
  EXPECT_EQ(b1.seqs, (std::vector<seq>{1, 2}));
  EXPECT_EQ(b2.seqs, (std::vector<seq>{1, 2}));
}

TEST_F(hub_test, removes_the_last_member_of_a_conversation) {
  auto& a = add(alice);
  add(alice);
  auto joined = event(1);
  joined.what.added = {alice};
  publish(joined);
  auto left = event(2);
  left.what.removed = {alice};
  EXPECT_EQ(publish(left).delivered, 2U);
  EXPECT_EQ(publish(event(3)).delivered, 0U);
  EXPECT_EQ(a.seqs, (std::vector<seq>{1, 2}));
}

TEST_F(hub_test, counts_what_slow_sessions_are_not_sent) {
  auto& slow = add(alice);
  topics.subscribe(slow, room);
  slow.slow = true;
  EXPECT_EQ(publish(event(1)).gapped, 1U);
  EXPECT_EQ(publish(event(0)).dropped, 1U);
  EXPECT_TRUE(traced.empty());
}

TEST_F(hub_test, tells_watchers_but_not_those_it_is_hidden_from) {
  auto& a = add(alice);
  auto& b = add(bob);
  std::vector<user_id> watched{carol, carol};
  ASSERT_TRUE(topics.watch(a, watched));
  ASSERT_TRUE(topics.watch(b, watched));
  encoded_presence change;
  change.what.now.user = carol;
  EXPECT_EQ(topics.publish(change).delivered, 2U);
  change.what.hidden_from = {bob};
  EXPECT_EQ(topics.publish(change).delivered, 1U);
  topics.unwatch(a, watched);
  EXPECT_EQ(topics.publish(change).delivered, 0U);
  EXPECT_EQ(a.ephemeral, 2);
  EXPECT_EQ(b.ephemeral, 1);
}

TEST_F(hub_test, knows_who_is_watched_of_some_shards) {
  auto& a = add(alice);
  ASSERT_TRUE(topics.watch(a, std::vector<user_id>{carol}));
  auto shard = cluster::shard_of(cluster::key_of(carol), shards);
  shard_set moved;
  moved.add(static_cast<std::uint16_t>((shard + 1) % shards));
  EXPECT_TRUE(topics.watched_of(moved).empty());
  moved.add(shard);
  EXPECT_EQ(topics.watched_of(moved), std::vector<user_id>{carol});
}

TEST_F(hub_test, bounds_what_one_session_watches) {
  auto& a = add(alice);
  for (int i = 0; i < 10; ++i) {
    std::vector<user_id> some;
    for (int k = 0; k < 500; ++k)
      some.emplace_back("user" + std::to_string(i * 500 + k));
    ASSERT_TRUE(topics.watch(a, some));
  }
  std::vector<user_id> more{carol};
  EXPECT_EQ(topics.watch(a, more).error().code, errc::too_large);
}

TEST_F(hub_test, forgets_a_session_that_leaves) {
  auto& a = add(alice);
  auto& b = add(alice);
  std::vector<user_id> watched{carol};
  for (auto* one : {&a, &b}) {
    topics.subscribe(*one, room);
    ASSERT_TRUE(topics.watch(*one, watched));
  }
  topics.leave(a);
  EXPECT_EQ(publish(event(1)).delivered, 1U);
  EXPECT_EQ(topics.sessions_of(alice).size(), 1U);
  topics.leave(b);
  EXPECT_TRUE(topics.sessions_of(alice).empty());
  encoded_presence change;
  change.what.now.user = carol;
  EXPECT_EQ(topics.publish(change).delivered, 0U);
}

} // namespace parley::net
