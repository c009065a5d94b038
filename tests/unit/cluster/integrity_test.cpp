#include "tests/unit/cluster/member_group.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

namespace parley::cluster {
namespace {

using standing = shard_report::standing;

constexpr shard_id shard = 1;

std::string key(int number) {
  return std::string{"\0\1u", 3} + std::to_string(100'000 + number);
}

/// Bytes that no compression makes fewer.
std::string noise(int seed, std::size_t size) {
  std::mt19937 random{static_cast<std::uint32_t>(seed)};
  std::string bytes(size, '\0');
  for (auto& b : bytes)
    b = static_cast<char>(random());
  return bytes;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// In the state, and in the log as well.
void damage_files(const std::filesystem::path& dir, const std::string& needle) {
  for (const auto& file : std::filesystem::directory_iterator{dir}) {
    if (file.path().extension() != ".sst")
      continue;
    auto bytes = read(file.path());
    for (auto at = bytes.find(needle); at != bytes.npos;
         at = bytes.find(needle, at + 1))
      bytes[at + 8] = static_cast<char>(~bytes[at + 8]);
    std::ofstream{file.path(), std::ios::binary} << bytes;
  }
}

class integrity_test : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_TRUE(group.await_settled());
    storage::write_set rows;
    for (int i = 0; i < 5'000; ++i)
      rows.put(key(i), "record " + std::to_string(i));
    ASSERT_TRUE(group.write(shard, rows));
  }

  std::string stored(node_id id, int number) {
    auto found = group.files(id).db().get(key(number));
    return found ? found->value_or("none") : found.error().detail;
  }

  node_id other_than(node_id one) {
    return one == 3 ? 2 : 3;
  }

  test::member_group group;
};

TEST_F(integrity_test, equal_replicas_are_found_equal_while_writing_goes_on) {
  for (int i = 0; i < 20; ++i) {
    storage::write_set more;
    more.put(key(10'000 + i), "more");
    ASSERT_TRUE(group.write(shard, more));
    auto report = group.verify(shard, static_cast<node_id>(1 + i % 3));
    EXPECT_TRUE(report.good()) << i;
    EXPECT_EQ(report.replicas.size(), 3u);
    EXPECT_GE(report.rows, 5'000u);
  }
}

TEST_F(integrity_test, a_replica_altered_by_hand_is_named_and_mended) {
  auto altered = other_than(group.owner(shard));
  ASSERT_TRUE(group.await_good(shard));
  storage::write_set by_hand;
  by_hand.put(key(4'000), "something else");
  by_hand.erase(key(17));
  group.files(altered).write(by_hand);
  auto report = group.verify(shard);
  EXPECT_FALSE(report.good());
  for (const auto& [node, what] : report.replicas)
    EXPECT_EQ(what, node == altered ? standing::differs : standing::equal);
  ASSERT_EQ(report.differences.size(), 2u);
  for (const auto& d : report.differences) {
    EXPECT_TRUE(d.decided);
    EXPECT_EQ(d.nodes, std::vector<node_id>{altered});
  }
  EXPECT_LE(report.differences[1].from, key(4'000));
  ASSERT_TRUE(group.at(1).mend(shard, altered));
  EXPECT_TRUE(group.await([&] { return stored(altered, 17) == "record 17"; }));
  EXPECT_TRUE(group.await_good(shard));
  EXPECT_EQ(stored(altered, 4'000), "record 4000");
}

TEST_F(integrity_test, an_owner_hands_over_before_it_is_mended) {
  ASSERT_TRUE(group.await_good(shard));
  auto owner = group.owner(shard);
  storage::write_set by_hand;
  by_hand.put(key(4'000), "something else");
  group.files(owner).write(by_hand);
  EXPECT_EQ(group.verify(shard).replicas[owner], standing::differs);
  ASSERT_TRUE(group.at(other_than(owner)).mend(shard, owner));
  EXPECT_TRUE(
    group.await([&] { return stored(owner, 4'000) == "record 4000"; }));
  EXPECT_TRUE(group.await_good(shard));
}

TEST_F(integrity_test, a_damaged_file_is_found_and_its_rows_are_fetched) {
  auto damaged = other_than(group.owner(shard));
  for (int i = 0; i < 40; ++i) {
    storage::write_set more;
    more.put(key(20'000 + i), noise(i, 100'000));
    ASSERT_TRUE(group.write(shard, more));
  }
  auto dir = group.files(damaged).opts().dir / "store";
  auto needle = noise(3, 64);
  auto note = group.files(damaged).opts().dir / "damaged";
  group.stop(damaged);
  // Opening moves what is in the write-ahead log to files.
  group.files(damaged).reopen();
  group.files(damaged).reopen_after([&] { damage_files(dir, needle); });
  ASSERT_EQ(stored(damaged, 20'003), "damaged record");
  EXPECT_TRUE(std::filesystem::exists(note));
  group.files(damaged).reopen();
  EXPECT_FALSE(std::filesystem::exists(note)) << "what is good was copied";
  group.start(damaged);
  EXPECT_TRUE(
    group.await([&] { return stored(damaged, 20'003) == noise(3, 100'000); }));
  EXPECT_TRUE(group.await_good(shard));
  storage::write_set last;
  last.put(key(1), "and it goes on");
  ASSERT_TRUE(group.write(shard, last));
  EXPECT_TRUE(
    group.await([&] { return stored(damaged, 1) == "and it goes on"; }));
}

TEST_F(integrity_test, who_forgot_its_promises_comes_back_as_a_new_member) {
  auto broken = other_than(group.owner(shard));
  ASSERT_TRUE(group.await_good(shard));
  group.stop(broken);
  storage::write_batch batch;
  batch.put(storage::log_keys{shard}.vote(), "no vote");
  batch.put(key(4'000), "something else");
  ASSERT_TRUE(
    group.files(broken).db().write(batch, storage::durability::synced));
  group.start(broken);
  EXPECT_TRUE(
    group.await([&] { return stored(broken, 4'000) == "record 4000"; }));
  EXPECT_TRUE(group.await([&] {
    auto map = group.at(1).map();
    const auto& row = map->shards[shard];
    return !row.moving() && row.placed.size() == 3;
  }));
  EXPECT_TRUE(group.await_good(shard));
}

} // namespace
} // namespace parley::cluster
