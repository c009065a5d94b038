#include "cluster/member/verifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace parley::cluster {
namespace {

using standing = shard_report::standing;

constexpr shard_id shard = 3;

std::string key(int number) {
  return std::string{"\0\3u", 3} + std::to_string(1'000'000 + number);
}

/// As of a replica with that many rows; of one row the record is another.
std::vector<range_hash> ranges(int rows, int changed = -1, int missing = -1) {
  range_hasher hasher;
  for (int i = 0; i < rows; ++i)
    if (i != missing)
      hasher.add(key(i), i == changed ? "changed" : "record");
  return hasher.take();
}

TEST(range_hashes_test, equal_rows_have_equal_ranges) {
  EXPECT_EQ(ranges(10'000), ranges(10'000));
  EXPECT_TRUE(
    compare({{1, ranges(10'000)}, {2, ranges(10'000)}, {3, ranges(10'000)}})
      .empty());
  EXPECT_TRUE(compare({{1, {}}, {2, {}}}).empty());
}

TEST(range_hashes_test, there_are_so_many_ranges_and_no_more) {
  for (int rows : {1, 5'000, 400'000}) {
    auto all = ranges(rows);
    EXPECT_LE(all.size(), 1024u);
    std::uint64_t sum = 0;
    for (const auto& r : all)
      sum += r.rows;
    EXPECT_EQ(sum, static_cast<std::uint64_t>(rows));
  }
  EXPECT_GT(ranges(400'000).size(), 100u);
}

TEST(range_hashes_test, one_record_makes_one_range_differ) {
  auto found = compare(
    {{1, ranges(50'000)}, {2, ranges(50'000, 31'000)}, {3, ranges(50'000)}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].nodes, std::vector<node_id>{2});
  EXPECT_TRUE(found[0].decided);
  EXPECT_LE(found[0].from, key(31'000));
  EXPECT_TRUE(found[0].to.empty() || found[0].to > key(31'000));
}

TEST(range_hashes_test, a_row_less_makes_a_difference_wherever_it_is) {
  for (int missing : {0, 1, 25'000, 49'999}) {
    auto found = compare({{1, ranges(50'000, -1, missing)},
                          {2, ranges(50'000)},
                          {3, ranges(50'000)}});
    ASSERT_EQ(found.size(), 1u) << missing;
    EXPECT_EQ(found[0].nodes, std::vector<node_id>{1});
    EXPECT_LE(found[0].from, key(missing));
  }
}

TEST(range_hashes_test, longer_and_shorter_ranges_can_be_compared) {
  auto found = compare({{1, ranges(400'000)}, {2, ranges(10'000)}});
  ASSERT_FALSE(found.empty());
  EXPECT_FALSE(found.back().decided);
  EXPECT_EQ(found.back().nodes, (std::vector<node_id>{1, 2}));
}

TEST(verify_message_test, messages_arrive_as_they_were_sent) {
  verify_digest sent{shard, 77, {}};
  sent.digest.at = {4, 5};
  sent.digest.rows = 6;
  sent.digest.ranges = ranges(2'000);
  auto bytes = encode(sent);
  auto got = decode_verify(bytes);
  ASSERT_TRUE(got);
  const auto& digest = std::get<verify_digest>(*got);
  EXPECT_EQ(digest.round, 77u);
  EXPECT_EQ(digest.digest.at, sent.digest.at);
  EXPECT_EQ(digest.digest.ranges, sent.digest.ranges);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    EXPECT_FALSE(decode_verify(bytes.substr(0, i))) << i;
  auto order = decode_verify(encode(mend_order{9}));
  ASSERT_TRUE(order);
  EXPECT_EQ(std::get<mend_order>(*order).shard, 9);
  EXPECT_FALSE(decode_verify("\x63"));
  auto mark = decode_mark(encode(verify_mark{1, 2, 3}));
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->time_ms, 3);
  EXPECT_FALSE(decode_mark(""));
  EXPECT_FALSE(decode_mark("xy"));
}

class verifier_test : public testing::Test {
protected:
  void answer(node_id node, std::vector<range_hash> what,
              shard_digest::outcome how = shard_digest::outcome::whole) {
    verify_digest d{shard, asked.back().round, {}};
    d.digest.at = {1, 9};
    d.digest.what = how;
    d.digest.rows = 100;
    d.digest.ranges = std::move(what);
    verify.take(node, std::move(d));
  }

  std::vector<verify_request> asked;
  std::set<node_id> away;
  verifier verify{[this](const verify_request& what) {
                    asked.push_back(what);
                    return true;
                  },
                  [this](node_id node) { return !away.contains(node); }};
};

TEST_F(verifier_test, says_that_all_are_equal) {
  verify.begin(shard, {1, 2, 3}, 0);
  ASSERT_EQ(asked.size(), 1u);
  for (node_id node : {1u, 2u})
    answer(node, ranges(100));
  EXPECT_FALSE(verify.report(shard)->done);
  answer(3, ranges(100));
  auto report = verify.report(shard);
  EXPECT_TRUE(report->good());
  EXPECT_EQ(report->rows, 100u);
  EXPECT_EQ(report->index, 9u);
  EXPECT_FALSE(verify.report(shard + 1));
}

TEST_F(verifier_test, says_who_differs_who_is_damaged_and_who_lost_all) {
  verify.begin(shard, {1, 2, 3, 4, 5}, 0);
  for (node_id node : {1u, 2u})
    answer(node, ranges(100));
  answer(3, ranges(100, 5));
  answer(4, {}, shard_digest::outcome::damaged);
  answer(5, {}, shard_digest::outcome::lost);
  auto report = verify.report(shard);
  ASSERT_TRUE(report && report->done);
  EXPECT_FALSE(report->good());
  EXPECT_EQ(report->replicas[1], standing::equal);
  EXPECT_EQ(report->replicas[3], standing::differs);
  EXPECT_EQ(report->replicas[4], standing::damaged);
  EXPECT_EQ(report->replicas[5], standing::lost);
  ASSERT_EQ(report->differences.size(), 1u);
}

TEST_F(verifier_test, asks_again_until_somebody_came_to_a_mark) {
  verify.begin(shard, {1, 2}, 0);
  verify.tick(500);
  EXPECT_EQ(asked.size(), 1u);
  verify.tick(1'000);
  ASSERT_EQ(asked.size(), 2u);
  verify_digest late{shard, asked.front().round, {}};
  verify.take(1, std::move(late));
  EXPECT_EQ(verify.report(shard)->replicas[1], standing::pending)
    << "of another mark";
  verify.reached(1, {shard, asked.back().round});
  verify.tick(5'000);
  EXPECT_EQ(asked.size(), 2u);
}

TEST_F(verifier_test, does_not_wait_for_ever_for_a_silent_node) {
  verify.begin(shard, {1, 2, 3}, 0);
  answer(1, ranges(100));
  verify.reached(3, {shard, asked.back().round});
  verify.tick(10'000);
  EXPECT_FALSE(verify.report(shard)->done) << "node 3 reads";
  answer(3, ranges(100));
  verify.tick(10'001);
  auto report = verify.report(shard);
  EXPECT_TRUE(report->done);
  EXPECT_FALSE(report->good());
  EXPECT_EQ(report->replicas[2], standing::silent);
  EXPECT_EQ(report->replicas[3], standing::equal);
}

TEST_F(verifier_test, waits_no_longer_for_a_node_that_cannot_be_reached) {
  away = {2};
  verify.begin(shard, {1, 2, 3}, 0);
  answer(1, ranges(100));
  answer(3, ranges(100));
  verify.tick(499);
  EXPECT_FALSE(verify.report(shard)->done) << "the link may just be made";
  verify.tick(500);
  auto report = verify.report(shard);
  EXPECT_TRUE(report->done);
  EXPECT_FALSE(report->good());
  EXPECT_EQ(report->replicas[2], standing::unreachable);
  EXPECT_EQ(report->replicas[3], standing::equal);
}

TEST_F(verifier_test, takes_nothing_from_strangers) {
  verify.begin(shard, {1, 2}, 0);
  answer(7, ranges(100, 1));
  for (node_id node : {1u, 2u})
    answer(node, ranges(100));
  EXPECT_TRUE(verify.report(shard)->good());
}

} // namespace
} // namespace parley::cluster
