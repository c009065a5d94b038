#include "tests/unit/net/hub_fixture.hpp"

namespace parley::net {

namespace {

using list = std::vector<seq>;

/// What the hub does about events that come late or not at all.
class hub_order_test : public hub_fixture {
protected:
  encoded_event position(seq at, timestamp_ms ts) {
    auto out = event(0);
    out.frame = nullptr;
    out.what.what = actors::position{room, at, ts};
    return out;
  }

  encoded_event position(seq at) {
    return position(at, time.now_ms());
  }

  std::vector<conversation_id> move_room() {
    shard_set moved;
    moved.add(cluster::shard_of(cluster::key_of(room), shards));
    gapped = {};
    return topics.doubt(moved, gapped);
  }

  fake_session& listener(const user_id& user) {
    auto& made = add(user);
    topics.subscribe(made, room);
    return made;
  }

  told gapped;
};

} // namespace

TEST_F(hub_order_test, hands_out_each_event_once_and_none_behind_its_time) {
  auto& a = listener(alice);
  publish(event(5));
  publish(event(6));
  EXPECT_TRUE(publish(event(6)).stale);
  EXPECT_TRUE(publish(event(4)).stale);
  EXPECT_FALSE(publish(event(7)).stale);
  EXPECT_EQ(a.seqs, (list{5, 6, 7}));
  EXPECT_TRUE(a.gaps.empty());
}

TEST_F(hub_order_test, adds_nobody_for_an_event_behind_its_time) {
  listener(alice);
  auto& b = add(bob);
  publish(event(5));
  auto late = event(4);
  late.what.added = {bob};
  publish(late);
  publish(event(6));
  EXPECT_TRUE(b.seqs.empty());
}

TEST_F(hub_order_test, sends_a_gap_for_events_that_are_missing) {
  auto& sender = listener(alice);
  auto& member = listener(bob);
  auto& former = listener(carol);
  publish(event(5));
  auto what = event(8);
  what.what.except = sender.id();
  what.what.hidden = {carol};
  EXPECT_EQ(publish(what).missed, 2U);
  EXPECT_EQ(member.gaps, (list{8})) << "of which the event is a part";
  EXPECT_EQ(sender.gaps, (list{7})) << "it has the last as its answer";
  EXPECT_TRUE(former.gaps.empty());
  publish(event(9));
  EXPECT_EQ(member.seqs, (list{5, 9}));
}

TEST_F(hub_order_test, tells_those_who_are_behind_the_position) {
  auto& a = listener(alice);
  publish(event(5));
  EXPECT_EQ(publish(position(5)).missed, 0U);
  EXPECT_TRUE(a.gaps.empty());
  EXPECT_EQ(publish(position(7)).missed, 1U);
  EXPECT_EQ(a.gaps, (list{7}));
  EXPECT_TRUE(publish(event(7)).stale) << "an old owner's last words";
  publish(event(8));
  EXPECT_EQ(a.seqs, (list{5, 8}));
  EXPECT_EQ(a.ephemeral, 0);
}

TEST_F(hub_order_test, asks_for_the_conversations_of_moved_shards) {
  listener(alice);
  EXPECT_EQ(move_room(), (std::vector<conversation_id>{room}));
  shard_set another;
  another.add(static_cast<std::uint16_t>(
    (cluster::shard_of(cluster::key_of(room), shards) + 1) % shards));
  EXPECT_TRUE(topics.doubt(another, gapped).empty());
}

TEST_F(hub_order_test, doubts_what_it_has_not_heard_of_before_a_move) {
  auto& a = listener(alice);
  time.advance(std::chrono::minutes{5});
  move_room();
  EXPECT_EQ(gapped.missed, 0U);
  EXPECT_EQ(publish(position(7)).missed, 1U);
  EXPECT_EQ(a.gaps, (list{7}));
  EXPECT_EQ(publish(position(7)).missed, 0U);
}

TEST_F(hub_order_test, misses_nothing_that_was_before_there_was_a_session) {
  auto long_ago = time.now_ms() - 3'600'000;
  auto& a = listener(alice);
  move_room();
  EXPECT_EQ(publish(position(7, long_ago)).missed, 0U);
  publish(event(8));
  EXPECT_TRUE(a.gaps.empty());
  EXPECT_EQ(a.seqs, (list{8}));
}

TEST_F(hub_order_test, doubts_the_first_event_after_a_move) {
  auto& a = listener(alice);
  move_room();
  EXPECT_EQ(publish(event(7)).missed, 1U);
  EXPECT_EQ(a.gaps, (list{7}));
  publish(event(8));
  EXPECT_EQ(a.seqs, (list{8}));
}

TEST_F(hub_order_test, doubts_a_first_event_that_came_just_before_it_heard) {
  auto& a = listener(alice);
  publish(event(7));
  move_room();
  EXPECT_EQ(gapped.missed, 1U);
  EXPECT_EQ(a.gaps, (list{7}));
  move_room();
  EXPECT_EQ(gapped.missed, 0U);
  EXPECT_EQ(publish(position(7)).missed, 0U);
}

TEST_F(hub_order_test, trusts_what_it_has_followed_for_long) {
  auto& a = listener(alice);
  publish(event(7));
  time.advance(std::chrono::minutes{1});
  publish(event(8));
  move_room();
  EXPECT_EQ(publish(position(8)).missed, 0U);
  publish(event(9));
  EXPECT_TRUE(a.gaps.empty());
}

TEST_F(hub_order_test, forgets_a_conversation_with_its_last_session) {
  auto& a = listener(alice);
  publish(event(7));
  topics.leave(a);
  auto& b = listener(bob);
  publish(event(3));
  EXPECT_EQ(b.seqs, (list{3}));
}

TEST_F(hub_order_test, subscribes_to_exactly_what_a_new_owner_says) {
  auto& a = listener(alice);
  topics.subscribe(a, other);
  auto& b = listener(bob);
  publish(event(4));
  const conversation_id third{"g.00000000000000000000000003"};
  topics.subscribe_to(a, std::vector{other, third});
  EXPECT_EQ(a.gaps, (list{1})) << "only the third is news";
  publish(event(5));
  EXPECT_EQ(a.seqs, (list{4}));
  topics.subscribe_to(a, std::vector{room, other, third});
  EXPECT_EQ(a.gaps, (list{1, 5}));
  publish(event(6));
  EXPECT_EQ(a.seqs, (list{4, 6}));
  EXPECT_EQ(b.seqs, (list{4, 5, 6}));
  EXPECT_TRUE(b.gaps.empty());
}

} // namespace parley::net
