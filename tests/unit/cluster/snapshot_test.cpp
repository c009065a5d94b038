#include "cluster/member/snapshot.hpp"
#include "tests/support/test_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace parley::cluster {
namespace {

using namespace std::chrono_literals;

constexpr shard_id shard = 5;

std::string key(int number) {
  auto digits = std::to_string(100'000 + number);
  return std::string{"\0\5u", 3} + digits;
}

/// A sender's link: keeps the parts that it is given.
class post_bag {
public:
  bool take(std::string_view part) {
    std::lock_guard held{guard_};
    if (refusals_ > 0 && --refusals_ >= 0)
      return false;
    parts_.emplace_back(part);
    changed_.notify_all();
    return true;
  }

  void give_up() {
    std::lock_guard held{guard_};
    failed_ = true;
    changed_.notify_all();
  }

  void refuse(int times) {
    std::lock_guard held{guard_};
    refusals_ = times;
  }

  /// All parts, once the last one is there.
  std::vector<std::string> all() {
    std::unique_lock held{guard_};
    EXPECT_TRUE(changed_.wait_for(held, 30s, [&] {
      return failed_
             || (!parts_.empty()
                 && parts_.back().front()
                      == static_cast<char>(snapshot_part::kind::end));
    }));
    EXPECT_FALSE(failed_);
    return parts_;
  }

  bool await_part() {
    std::unique_lock held{guard_};
    return changed_.wait_for(held, 30s, [&] { return !parts_.empty(); });
  }

private:
  std::mutex guard_;
  std::condition_variable changed_;
  std::vector<std::string> parts_;
  int refusals_ = 0;
  bool failed_ = false;
};

class snapshot_test : public testing::Test {
protected:
  void fill(int rows) {
    storage::write_set writes;
    for (int i = 0; i < rows; ++i)
      writes.put(key(i), "row " + std::to_string(i));
    from.write(writes);
  }

  snapshot_sender sender(post_bag& to) {
    snapshot_options small;
    small.part_bytes = 256;
    return {from.db(), small,
            [&to](node_id, std::string_view part) { return to.take(part); },
            [&to](shard_id, node_id, raft::position) { to.give_up(); }};
  }

  std::vector<std::string> copy() {
    post_bag bag;
    auto copies = sender(bag);
    copies.send(shard, 2, at);
    return bag.all();
  }

  std::optional<arrived_snapshot> give(snapshot_receiver& to,
                                       const std::vector<std::string>& parts) {
    std::optional<arrived_snapshot> whole;
    for (const auto& part : parts) {
      EXPECT_FALSE(whole);
      whole = to.take(1, part);
    }
    return whole;
  }

  std::string get(const std::string& which) {
    auto found = into.db().get(which);
    return found ? found->value_or("none") : "error";
  }

  replica_position at{{3, 900}, {2, 800}, {{1, 2, 3}, {}, {}}};
  parley::test::test_store from;
  parley::test::test_store into;
};

TEST_F(snapshot_test, the_state_arrives_whole) {
  fill(100);
  storage::write_set others;
  others.put(std::string{"\0\4u1", 4}, "of another shard");
  others.put(std::string{"\0\6u1", 4}, "of another shard");
  from.write(others);
  storage::write_set old;
  old.put(key(7), "old");
  old.put(key(5000), "gone by now");
  into.write(old);
  auto parts = copy();
  EXPECT_GT(parts.size(), 5u);
  snapshot_receiver receiver{into.db()};
  auto whole = give(receiver, parts);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->shard, shard);
  EXPECT_EQ(whole->from, 1u);
  EXPECT_EQ(whole->at.applied, at.applied);
  EXPECT_EQ(whole->at.members, at.members);
  EXPECT_EQ(get(key(7)), "old");
  ASSERT_TRUE(whole->rows.finish({storage::log_keys{shard}.state()}));
  EXPECT_EQ(get(key(7)), "row 7");
  EXPECT_EQ(get(key(99)), "row 99");
  EXPECT_EQ(get(key(5000)), "none");
  EXPECT_EQ(get(std::string{"\0\4u1", 4}), "none");
  auto found = disk_log{into.db(), shard}.find();
  ASSERT_TRUE(found);
  EXPECT_TRUE(*found);
}

TEST_F(snapshot_test, an_empty_state_arrives_too) {
  auto parts = copy();
  snapshot_receiver receiver{into.db()};
  EXPECT_TRUE(give(receiver, parts));
}

TEST_F(snapshot_test, what_is_written_after_the_beginning_is_not_in_it) {
  fill(50);
  post_bag bag;
  bag.refuse(1);
  auto copies = sender(bag);
  copies.send(shard, 2, at);
  storage::write_set late;
  late.put(key(3), "later");
  late.put(key(700), "later");
  from.write(late);
  snapshot_receiver receiver{into.db()};
  auto whole = give(receiver, bag.all());
  ASSERT_TRUE(whole);
  ASSERT_TRUE(whole->rows.finish({storage::log_keys{shard}.state()}));
  EXPECT_EQ(get(key(3)), "row 3");
  EXPECT_EQ(get(key(700)), "none");
}

TEST_F(snapshot_test, a_full_link_is_tried_again) {
  fill(20);
  post_bag bag;
  bag.refuse(10);
  auto copies = sender(bag);
  copies.send(shard, 2, at);
  snapshot_receiver receiver{into.db()};
  EXPECT_TRUE(give(receiver, bag.all()));
}

TEST_F(snapshot_test, a_sender_that_ends_in_the_middle_does_not_wait) {
  fill(20);
  post_bag bag;
  {
    auto copies = sender(bag);
    copies.send(shard, 2, at);
    ASSERT_TRUE(bag.await_part());
    bag.refuse(1'000'000);
  }
}

TEST_F(snapshot_test, without_its_beginning_a_state_is_not_taken) {
  fill(20);
  auto parts = copy();
  parts.erase(parts.begin());
  snapshot_receiver receiver{into.db()};
  EXPECT_FALSE(give(receiver, parts));
}

TEST_F(snapshot_test, a_link_that_breaks_ends_the_attempt) {
  fill(20);
  auto parts = copy();
  snapshot_receiver receiver{into.db()};
  ASSERT_GT(parts.size(), 2u);
  EXPECT_FALSE(receiver.take(1, parts[0]));
  EXPECT_FALSE(receiver.take(1, parts[1]));
  receiver.drop(1);
  EXPECT_FALSE(receiver.take(1, parts.back()));
  EXPECT_TRUE(give(receiver, parts)) << "the next attempt begins anew";
}

TEST_F(snapshot_test, two_senders_do_not_mix) {
  fill(20);
  auto parts = copy();
  snapshot_receiver receiver{into.db()};
  for (std::size_t i = 0; i + 1 < parts.size(); ++i)
    for (node_id node : {1u, 3u})
      EXPECT_FALSE(receiver.take(node, parts[i]));
  receiver.drop(1);
  EXPECT_FALSE(receiver.take(1, parts.back()));
  EXPECT_TRUE(receiver.take(3, parts.back()));
}

TEST_F(snapshot_test, rows_of_another_shard_are_refused) {
  fill(20);
  auto parts = copy();
  // The shard's number in a row's key: the part's own is before it.
  auto found = parts[1].find(key(0));
  ASSERT_NE(found, std::string::npos);
  parts[1][found + 1] = '\6';
  snapshot_receiver receiver{into.db()};
  EXPECT_FALSE(give(receiver, parts));
}

TEST_F(snapshot_test, a_part_that_is_cut_off_ends_the_attempt) {
  fill(20);
  auto parts = copy();
  parts[1].pop_back();
  snapshot_receiver receiver{into.db()};
  EXPECT_FALSE(give(receiver, parts));
}

TEST_F(snapshot_test, an_outcome_arrives_as_it_was_sent) {
  snapshot_outcome sent{shard, {3, 900}, true};
  auto bytes = encode(sent);
  auto got = decode_outcome(bytes);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->shard, sent.shard);
  EXPECT_EQ(got->upto, sent.upto);
  EXPECT_TRUE(got->installed);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    EXPECT_FALSE(decode_outcome(bytes.substr(0, i))) << i;
  EXPECT_FALSE(decode_outcome(copy().front()));
}

} // namespace
} // namespace parley::cluster
