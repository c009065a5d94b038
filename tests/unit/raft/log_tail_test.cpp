#include "cluster/raft/log_tail.hpp"
#include "tests/unit/raft/group.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::raft {

namespace {

struct log_tail_test : testing::Test {
  memory_log disk;
  log_tail log = log_tail::open(disk, {}, {}, 0).value();

  void fill(std::uint64_t upto) {
    for (auto i = log.last().index + 1; i <= upto; ++i)
      log.append(make_entry(1, i, "12345"));
  }

  void write(std::uint64_t number) {
    output out;
    out.entries = log.hand_out(number);
    disk.write(out);
    log.persisted(number);
  }
};

} // namespace

TEST_F(log_tail_test, hands_out_each_entry_once) {
  fill(3);
  EXPECT_EQ(log.hand_out(1).size(), 3u);
  EXPECT_TRUE(log.hand_out(2).empty());
  fill(4);
  EXPECT_EQ(log.hand_out(3).size(), 1u);
}

TEST_F(log_tail_test, is_durable_as_far_as_was_reported) {
  fill(3);
  log.hand_out(1);
  fill(5);
  log.hand_out(2);
  EXPECT_EQ(log.durable(), 0u);
  log.persisted(1);
  EXPECT_EQ(log.durable(), 3u);
  log.truncate(2);
  EXPECT_EQ(log.durable(), 1u);
  log.persisted(2);
  EXPECT_EQ(log.durable(), 1u);
}

TEST_F(log_tail_test, forgets_what_is_applied_and_reads_it_from_the_disk) {
  fill(10);
  write(1);
  log.trim(8, 0, 10);
  EXPECT_EQ(log.in_memory_after(), 8u);
  EXPECT_EQ(log.term(8), 1u);
  EXPECT_EQ(log.term(3), 1u);
  auto found = log.read(3, 100, 1000).value();
  EXPECT_EQ(found.front().at.index, 3u);
  EXPECT_EQ(found.back().at.index, 8u) << "up to where memory starts";
  EXPECT_EQ(log.read(9, 100, 1000).value().size(), 2u);
}

TEST_F(log_tail_test, keeps_in_memory_what_is_not_on_disk_or_not_applied) {
  fill(4);
  write(1);
  fill(10);
  log.trim(2, 10, 0);
  EXPECT_EQ(log.in_memory_after(), 2u);
  log.trim(10, 10, 0);
  EXPECT_EQ(log.in_memory_after(), 4u);
}

TEST_F(log_tail_test, reads_at_least_one_entry_however_large) {
  fill(3);
  EXPECT_EQ(log.read(1, 100, 1).value().size(), 1u);
  EXPECT_EQ(log.read(1, 2, 1000).value().size(), 2u);
}

TEST_F(log_tail_test, says_that_what_was_compacted_is_not_there) {
  fill(5);
  write(1);
  log.compact({1, 3});
  EXPECT_EQ(log.read(3, 10, 1000).error().code, errc::not_found);
  EXPECT_EQ(log.read(4, 10, 1000).value().size(), 2u);
  EXPECT_EQ(log.term(3), 1u);
  EXPECT_EQ(log.term(2), std::nullopt);
}

} // namespace parley::cluster::raft
