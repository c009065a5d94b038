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

/// A sender's link: keeps the parts that it is given, and answers a beginning
/// as a receiver does that has `have`.
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
    ++failures_;
    changed_.notify_all();
  }

  void refuse(int times) {
    std::lock_guard held{guard_};
    refusals_ = times;
  }

  bool await_failure(int count = 1) {
    std::unique_lock held{guard_};
    return changed_.wait_for(held, 30s, [&] { return failures_ >= count; });
  }

  /// Waits for so many, and takes them.
  std::vector<std::string> next(std::size_t count) {
    std::unique_lock held{guard_};
    EXPECT_TRUE(
      changed_.wait_for(held, 30s, [&] { return parts_.size() >= count; }));
    return std::exchange(parts_, {});
  }

  /// All parts up to the last one.
  std::vector<std::string> all() {
    std::unique_lock held{guard_};
    EXPECT_TRUE(changed_.wait_for(held, 30s, [&] {
      return !parts_.empty()
             && parts_.back().front()
                  == static_cast<char>(snapshot_part::kind::end);
    }));
    return std::exchange(parts_, {});
  }

private:
  std::mutex guard_;
  std::condition_variable changed_;
  std::vector<std::string> parts_;
  int refusals_ = 0;
  int failures_ = 0;
};

class snapshot_test : public testing::Test {
protected:
  void fill(int rows) {
    storage::write_set writes;
    for (int i = 0; i < rows; ++i)
      writes.put(key(i), "row " + std::to_string(i));
    from.write(writes);
  }

  snapshot_sender sender(post_bag& to, snapshot_options opts = {}) {
    opts.part_bytes = 256;
    return {from.db(), opts,
            [&to](node_id, std::string_view part) { return to.take(part); },
            [&to](shard_id, node_id, raft::position) { to.give_up(); }};
  }

  snapshot_receiver receiver(const snapshot_options& opts = {}) {
    return snapshot_receiver{
      into.db(), opts,
      [this](node_id, std::string_view bytes) { answers.emplace_back(bytes); }};
  }

  /// All parts of the state, as a receiver without any of it gets them.
  std::vector<std::string> copy() {
    post_bag bag;
    auto copies = sender(bag);
    copies.send(shard, 2, at);
    return parts_of(copies, bag);
  }

  std::vector<std::string> parts_of(snapshot_sender& copies, post_bag& bag) {
    auto parts = bag.next(1);
    auto nobody = receiver();
    EXPECT_FALSE(nobody.take(1, parts[0]));
    EXPECT_TRUE(copies.heard(2, answers.back()));
    for (auto& part : bag.all())
      parts.push_back(std::move(part));
    return parts;
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
  std::vector<std::string> answers;
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
  auto to = receiver();
  auto whole = give(to, parts);
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
  auto to = receiver();
  EXPECT_TRUE(give(to, parts));
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
  auto to = receiver();
  auto whole = give(to, parts_of(copies, bag));
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
  auto to = receiver();
  EXPECT_TRUE(give(to, parts_of(copies, bag)));
}

TEST_F(snapshot_test, a_sender_that_ends_in_the_middle_does_not_wait) {
  fill(20);
  post_bag bag;
  {
    auto copies = sender(bag);
    copies.send(shard, 2, at);
    ASSERT_EQ(bag.next(1).size(), 1u);
    bag.refuse(1'000'000);
  }
}

TEST_F(snapshot_test, without_its_beginning_a_state_is_not_taken) {
  fill(20);
  auto parts = copy();
  parts.erase(parts.begin());
  auto to = receiver();
  EXPECT_FALSE(give(to, parts));
}

TEST_F(snapshot_test, after_a_broken_link_it_goes_on_where_it_was) {
  fill(200);
  auto whole_copy = copy();
  post_bag bag;
  auto copies = sender(bag);
  ASSERT_TRUE(copies.send(shard, 2, at));
  EXPECT_FALSE(copies.send(shard, 2, at)) << "it is on its way";
  auto to = receiver();
  EXPECT_FALSE(to.take(1, bag.next(1)[0]));
  EXPECT_TRUE(copies.heard(2, answers.back()));
  auto first = bag.all();
  ASSERT_EQ(first.size() + 1, whole_copy.size());
  // Half of it arrives before the link breaks.
  auto half = first.size() / 2;
  for (std::size_t i = 0; i < half; ++i)
    EXPECT_FALSE(to.take(1, first[i]));
  to.link_broke(1);
  copies.link_broke(2);
  ASSERT_TRUE(bag.await_failure());
  storage::write_set late;
  late.put(key(3), "later");
  from.write(late);
  ASSERT_TRUE(copies.send(shard, 2, at));
  EXPECT_FALSE(to.take(1, bag.next(1)[0]));
  EXPECT_TRUE(copies.heard(2, answers.back()));
  auto rest = bag.all();
  EXPECT_LE(rest.size(), first.size() - half + 1);
  auto whole = give(to, rest);
  ASSERT_TRUE(whole);
  ASSERT_TRUE(whole->rows.finish({storage::log_keys{shard}.state()}));
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(get(key(i)), "row " + std::to_string(i));
}

TEST_F(snapshot_test, a_link_that_breaks_while_sending_is_noticed) {
  fill(200);
  post_bag bag;
  auto copies = sender(bag);
  ASSERT_TRUE(copies.send(shard, 2, at));
  ASSERT_EQ(bag.next(1).size(), 1u);
  copies.link_broke(2);
  EXPECT_TRUE(bag.await_failure());
  EXPECT_TRUE(copies.send(shard, 2, at));
}

TEST_F(snapshot_test, what_waits_too_long_begins_anew) {
  fill(200);
  snapshot_options hasty;
  hasty.resume_within = std::chrono::milliseconds{0};
  auto parts = copy();
  auto to = receiver(hasty);
  EXPECT_FALSE(to.take(1, parts[0]));
  EXPECT_FALSE(to.take(1, parts[1]));
  to.link_broke(1);
  EXPECT_TRUE(give(to, parts));
}

TEST_F(snapshot_test, a_copy_that_nothing_is_heard_of_has_failed) {
  fill(10);
  snapshot_options opts;
  opts.resume_within = 10ms;
  post_bag bag;
  auto copies = sender(bag, opts);
  ASSERT_TRUE(copies.send(shard, 2, at));
  parts_of(copies, bag);
  EXPECT_TRUE(bag.await_failure());
}

TEST_F(snapshot_test, a_copy_that_the_log_has_left_behind_begins_anew) {
  fill(200);
  post_bag bag;
  auto copies = sender(bag);
  ASSERT_TRUE(copies.send(shard, 2, at));
  auto begin = bag.next(1)[0];
  copies.link_broke(2);
  ASSERT_TRUE(bag.await_failure());
  auto later = at;
  later.applied.index = 5000;
  later.compacted.index = at.applied.index + 1;
  ASSERT_TRUE(copies.send(shard, 2, later));
  EXPECT_NE(bag.next(1)[0], begin);
}

TEST_F(snapshot_test, an_ended_copy_is_not_gone_on_with) {
  fill(20);
  post_bag bag;
  auto copies = sender(bag);
  ASSERT_TRUE(copies.send(shard, 2, at));
  parts_of(copies, bag);
  ASSERT_TRUE(copies.send(shard, 3, at));
  ASSERT_EQ(bag.next(1).size(), 1u) << "the one before it is through";
  EXPECT_FALSE(copies.send(shard, 2, at)) << "it may arrive yet";
  copies.ended(shard, 2);
  EXPECT_TRUE(copies.send(shard, 2, at));
}

TEST_F(snapshot_test, two_senders_do_not_mix) {
  fill(20);
  auto parts = copy();
  auto to = receiver();
  for (std::size_t i = 0; i + 1 < parts.size(); ++i)
    for (node_id node : {1u, 3u})
      EXPECT_FALSE(to.take(node, parts[i]));
  to.link_broke(1);
  EXPECT_TRUE(to.take(3, parts.back()));
  EXPECT_TRUE(to.take(1, parts.back()));
}

TEST_F(snapshot_test, rows_of_another_shard_are_refused) {
  fill(20);
  auto parts = copy();
  // The shard's number in a row's key: the part's own is before it.
  auto found = parts[1].find(key(0));
  ASSERT_NE(found, std::string::npos);
  parts[1][found + 1] = '\6';
  auto to = receiver();
  EXPECT_FALSE(give(to, parts));
}

TEST_F(snapshot_test, a_part_that_is_cut_off_ends_the_attempt) {
  fill(20);
  auto parts = copy();
  parts[1].pop_back();
  auto to = receiver();
  EXPECT_FALSE(give(to, parts));
  auto told = decode_outcome(answers.back());
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->installed);
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
