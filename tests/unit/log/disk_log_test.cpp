#include "cluster/log/disk_log.hpp"
#include "tests/support/test_store.hpp"

#include <gtest/gtest.h>

namespace parley::cluster {
namespace {

raft::entry entry(std::uint64_t term, std::uint64_t index, std::string data) {
  return {{term, index},
          raft::entry_kind::normal,
          std::make_shared<const std::string>(std::move(data))};
}

class disk_log_test : public testing::Test {
protected:
  void write(storage::write_batch& batch) {
    ASSERT_TRUE(files.db().write(batch, storage::durability::synced));
  }

  /// Appends entries of one term.
  void append(std::uint64_t term, std::uint64_t first, std::uint64_t count,
              std::uint64_t last) {
    std::vector<raft::entry> entries;
    for (std::uint64_t i = 0; i < count; ++i)
      entries.push_back(entry(term, first + i, std::to_string(first + i)));
    storage::write_batch batch;
    log.append(batch, entries, last);
    write(batch);
  }

  void put_position(replica_position at) {
    storage::write_batch batch;
    log.put(batch, at);
    write(batch);
  }

  test::test_store files;
  disk_log log{files.db(), 3};
};

TEST_F(disk_log_test, finds_nothing_where_there_is_no_replica) {
  auto found = log.find();
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST_F(disk_log_test, finds_what_it_wrote) {
  replica_position at;
  at.applied = {2, 5};
  at.compacted = {1, 4};
  at.members.voters = {1, 2, 3};
  at.members.learners = {9};
  put_position(at);
  append(2, 5, 3, 4);
  storage::write_batch batch;
  log.put(batch, raft::hard_state{7, 3});
  write(batch);
  auto found = log.find();
  ASSERT_TRUE(found);
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->applied, 5u);
  EXPECT_EQ((*found)->compacted, (raft::position{1, 4}));
  EXPECT_EQ((*found)->last, (raft::position{2, 7}));
  EXPECT_EQ((*found)->configuration, at.members);
  EXPECT_EQ((*found)->hard_state, (raft::hard_state{7, 3}));
}

TEST_F(disk_log_test, replaces_what_another_leader_left) {
  append(1, 1, 5, 0);
  append(2, 3, 1, 5);
  auto all = log.entries(1, 10, 1'000);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[2].at, (raft::position{2, 3}));
  EXPECT_EQ(log.term(2), 1u);
  EXPECT_EQ(log.term(4), std::nullopt);
}

TEST_F(disk_log_test, reads_up_to_a_bound_but_one_entry_at_least) {
  append(1, 1, 5, 0);
  EXPECT_EQ(log.entries(1, 5, 3)->size(), 3u);
  EXPECT_EQ(log.entries(2, 5, 0)->size(), 1u);
  EXPECT_EQ(log.entries(2, 3, 100)->size(), 2u);
}

TEST_F(disk_log_test, is_read_for_those_who_lag_at_a_pace) {
  append(1, 1, 200, 0);
  catch_up_pace pace{1};
  log.pace_by(pace);
  EXPECT_EQ(log.entries(1, 200, 1'000)->size(), 200u);
  auto again = log.entries(1, 200, 1'000);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::rate_limited);
  EXPECT_GT(again.error().retry_after_ms, 400'000u);
  EXPECT_LE(again.error().retry_after_ms, 492'000u);
}

TEST(catch_up_pace_test, lets_so_many_bytes_a_second_pass) {
  catch_up_pace pace{1'000};
  EXPECT_EQ(pace.wait(5'000), 0u);
  pace.sent(300);
  EXPECT_EQ(pace.wait(5'000), 300u);
  EXPECT_EQ(pace.wait(5'200), 100u);
  EXPECT_EQ(pace.wait(5'300), 0u);
  pace.sent(100);
  EXPECT_EQ(pace.wait(5'300), 100u) << "what was not used is not saved up";
}

TEST(catch_up_pace_test, is_faster_than_what_is_written) {
  catch_up_pace pace{1'000};
  pace.wait(5'000);
  pace.sent(300);
  pace.written(200);
  EXPECT_EQ(pace.wait(5'000), 100u);
  pace.written(5'000);
  pace.sent(100);
  EXPECT_EQ(pace.wait(5'000), 100u);
}

TEST_F(disk_log_test, says_what_was_dropped) {
  append(1, 1, 5, 0);
  storage::write_batch batch;
  log.drop(batch, 0, 3);
  write(batch);
  EXPECT_EQ(log.entries(3, 5, 100).error().code, errc::not_found);
  EXPECT_EQ(log.entries(4, 5, 100)->size(), 2u);
}

TEST_F(disk_log_test, takes_any_bytes_for_a_position) {
  replica_position at;
  at.applied = {2, 5};
  at.members.voters = {1, 2, 3};
  auto good = encode(at);
  EXPECT_TRUE(decode_position(good));
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(decode_position(good.substr(0, size)));
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x80);
    decode_position(bad);
  }
  EXPECT_FALSE(decode_position(good + "x"));
}

} // namespace
} // namespace parley::cluster
