#include "base/metrics.hpp"
#include "tests/unit/log/node_group.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>

namespace parley::cluster {
namespace {

constexpr shard_id shard = 1;

/// What an owner would send, with one entry that has this payload.
shard_message append_of(node_id from, node_id to, raft::position before,
                        std::uint64_t term, std::string payload) {
  raft::append what;
  what.before = before;
  what.entries.push_back(
    {{term, before.index + 1},
     raft::entry_kind::normal,
     std::make_shared<const std::string>(std::move(payload))});
  return {shard, {from, to, term, std::move(what)}};
}

class damage_test : public testing::Test {
protected:
  void SetUp() override {
    group.start_all();
    owner = group.await_owner(shard);
    ASSERT_NE(owner, 0u);
    group.append(owner, shard, 1);
    ASSERT_EQ(group.seen.wait_for(1).size(), 1u);
    ASSERT_TRUE(group.await([&] { return group.equal(shard); }));
    other = group.other_than(owner);
  }

  template <class Look>
  auto ask(node_id id, Look look) {
    decltype(look(*std::declval<replica*>())) out{};
    group.on_thread(
      id, [&](log_engine::inside& inside) { out = look(*inside.find(shard)); });
    return out;
  }

  raft::position last(node_id id) {
    return ask(id, [](replica& r) { return r.core().last(); });
  }

  void lose_state(node_id id) {
    group.on_thread(id, [](log_engine::inside& inside) {
      EXPECT_TRUE(inside.lose_state(*inside.find(shard), "a test"));
    });
  }

  node_group group;
  node_id owner = 0;
  node_id other = 0;
};

TEST_F(damage_test, entries_that_make_no_sense_are_not_acknowledged) {
  auto before = last(other);
  auto term = ask(other, [](replica& r) { return r.core().current().term; });
  storage::write_set own_rows;
  own_rows.put(storage::log_keys{shard}.vote(), "x");
  auto& refused
    = metrics::counter("parley_cluster_malformed_entries_total",
                       "Log entries from other nodes that make no sense.");
  auto count = refused.Value();
  for (const auto& bad : {std::string{"\x07garbage"}, writes(0, 7).encoded(),
                          own_rows.encoded()}) {
    std::vector<shard_message> messages;
    messages.push_back(append_of(owner, other, before, term, bad));
    group.at(other).receive(messages);
  }
  EXPECT_TRUE(group.await([&] { return refused.Value() == count + 3; }));
  group.append(owner, shard, 2);
  EXPECT_TRUE(group.seen.wait_for(2).back().outcome);
  EXPECT_TRUE(group.await([&] { return group.equal(shard); }))
    << "and the process goes on";
  EXPECT_EQ(stored(group.db(other), 0, 7), "none");
}

TEST_F(damage_test, a_lost_state_is_not_led_from_and_still_votes) {
  auto third = group.other_than(owner, other);
  lose_state(other);
  EXPECT_TRUE(ask(other, [](replica& r) { return r.state_lost(); }));
  group.append(owner, shard, 2);
  EXPECT_TRUE(group.seen.wait_for(2).back().outcome);
  group.stop(owner);
  EXPECT_EQ(group.await_owner(shard, owner), third);
  group.append(third, shard, 3);
  EXPECT_TRUE(group.seen.wait_for(3).back().outcome)
    << "what it has promised counts";
}

TEST_F(damage_test, a_lost_state_is_lost_after_a_restart_as_well) {
  lose_state(other);
  group.restart(other);
  EXPECT_TRUE(ask(other, [](replica& r) { return r.state_lost(); }));
  group.append(owner, shard, 2);
  EXPECT_TRUE(group.seen.wait_for(2).back().outcome);
  EXPECT_EQ(stored(group.db(other), shard, 2), "none");
}

TEST_F(damage_test, who_forgot_its_vote_takes_no_part) {
  group.stop(other);
  storage::write_batch batch;
  batch.put(storage::log_keys{shard}.vote(), "no vote");
  ASSERT_TRUE(group.files(other).write(batch, storage::durability::synced));
  for (int starts = 0; starts < 2; ++starts) {
    group.restart(other);
    std::vector<shard_id> broken;
    auto there = true;
    group.on_thread(other, [&](log_engine::inside& inside) {
      broken = inside.broken();
      there = inside.find(shard) != nullptr;
    });
    EXPECT_EQ(broken, std::vector<shard_id>{shard});
    EXPECT_FALSE(there);
  }
  auto length = group.log_length(other, shard);
  group.append(owner, shard, 2);
  EXPECT_TRUE(group.seen.wait_for(2).back().outcome);
  EXPECT_NE(group.await_owner(0), 0u) << "the other shards are not touched";
  EXPECT_EQ(group.log_length(other, shard), length);
  group.on_thread(other, [&](log_engine::inside& inside) {
    EXPECT_TRUE(inside.remove(shard));
    EXPECT_TRUE(inside.broken().empty());
  });
}

TEST_F(damage_test, who_lost_even_its_position_takes_no_part) {
  group.stop(other);
  storage::write_batch batch;
  batch.erase(storage::log_keys{shard}.position());
  disk_log{group.files(other), shard}.put(batch, damage::promises);
  ASSERT_TRUE(group.files(other).write(batch, storage::durability::synced));
  group.restart(other);
  std::vector<shard_id> broken;
  group.on_thread(
    other, [&](log_engine::inside& inside) { broken = inside.broken(); });
  EXPECT_EQ(broken, std::vector<shard_id>{shard});
  group.append(owner, shard, 2);
  EXPECT_TRUE(group.seen.wait_for(2).back().outcome);
  EXPECT_EQ(stored(group.db(other), shard, 2), "none");
}

TEST_F(damage_test, all_come_to_a_mark_at_the_same_entry) {
  for (std::uint64_t i = 2; i <= 50; ++i) {
    group.append(owner, shard, i);
    if (i == 25)
      group.on_thread(owner, [](log_engine::inside& inside) {
        EXPECT_TRUE(inside.find(shard)->core().mark("here", boot_clock_ms()));
      });
  }
  ASSERT_TRUE(group.await([&] { return group.marks().size() == 3; }));
  auto marks = group.marks();
  for (const auto& mark : marks) {
    EXPECT_EQ(mark.at, marks.front().at);
    EXPECT_EQ(mark.text, "here");
  }
  EXPECT_EQ(group.seen.wait_for(50).size(), 50u);
  EXPECT_TRUE(group.await([&] { return group.equal(shard); }));
}

TEST_F(damage_test, a_damaged_log_is_forgotten_once_it_is_applied) {
  ASSERT_GT(group.log_length(other, shard), 0u);
  group.on_thread(other, [](log_engine::inside& inside) {
    inside.find(shard)->forget_log();
  });
  EXPECT_TRUE(group.await([&] { return group.log_length(other, shard) == 0; }));
  EXPECT_EQ(stored(group.db(other), shard, 1), "record");
}

TEST(received_messages_test, are_dropped_while_too_many_wait) {
  log_options opts;
  opts.received_bytes_max = 1u << 20;
  node_group group{3, opts};
  group.start_all();
  auto owner = group.await_owner(shard);
  ASSERT_NE(owner, 0u);
  auto other = group.other_than(owner);
  auto& dropped = metrics::counter(
    "parley_cluster_messages_dropped_total",
    "Messages between replicas that came while too many were waiting.");
  auto count = dropped.Value();
  std::promise<void> held;
  std::promise<void> go_on;
  group.at(other).post([&](log_engine::inside&) {
    held.set_value();
    go_on.get_future().wait();
  });
  held.get_future().wait();
  for (int i = 0; i < 100; ++i) {
    std::vector<shard_message> messages;
    messages.push_back(
      append_of(owner, other, {}, 1, std::string(100'000, 'x')));
    group.at(other).receive(messages);
  }
  EXPECT_GE(dropped.Value(), count + 89);
  go_on.set_value();
  group.append(group.await_owner(shard), shard, 1);
  EXPECT_EQ(group.seen.wait_for(1).size(), 1u);
  EXPECT_TRUE(group.await([&] { return group.equal(shard); }));
}

TEST(large_batches_test, are_applied_part_by_part) {
  log_options opts;
  opts.batch_bytes_max = std::size_t{1} << 20;
  node_group group{3, opts};
  group.start_all();
  auto owner = group.await_owner(shard);
  ASSERT_NE(owner, 0u);
  auto other = group.other_than(owner);
  group.cut(other);
  constexpr std::size_t entry_bytes = std::size_t{64} << 10;
  auto large = noise(entry_bytes);
  auto entries = opts.batch_bytes_max / entry_bytes + 4;
  for (std::uint64_t i = 1; i <= entries; ++i) {
    group.append(owner, shard, i, large);
    group.seen.wait_for(i);
  }
  group.mend(other);
  EXPECT_TRUE(group.await([&] { return group.equal(shard); }));
}

} // namespace
} // namespace parley::cluster
