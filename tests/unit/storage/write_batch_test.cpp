#include "storage/write_batch.hpp"
#include "tests/unit/storage/store_fixture.hpp"

namespace parley::storage {
namespace {

class write_batch_test : public store_fixture {
protected:
  void write() {
    ASSERT_TRUE(db->write(batch, durability::buffered));
  }

  write_batch batch;
};

TEST_F(write_batch_test, lets_the_later_of_two_writes_win) {
  batch.put("a", "1");
  batch.put("a", "2");
  batch.put("b", "1");
  batch.erase("b");
  batch.erase("c");
  batch.put("c", "1");
  write();
  EXPECT_EQ(get("a"), "2");
  EXPECT_EQ(get("b"), "none");
  EXPECT_EQ(get("c"), "1");
}

TEST_F(write_batch_test, erases_a_range_but_not_what_follows) {
  for (auto key : {"a", "b", "c", "d"})
    batch.put(key, key);
  write();
  batch.erase(key_range{"b", "d"});
  batch.put("c", "again");
  write();
  EXPECT_EQ(keys({"a", "e"}), (std::vector<std::string>{"a", "c", "d"}));
  EXPECT_EQ(get("c"), "again");
}

TEST_F(write_batch_test, replaces_the_end_of_a_log_between_messages) {
  log_keys log{1};
  conversation_keys talk{1, conversation_id{"g.01arz3ndektsv4rrffq69g5fav"}};
  std::vector<std::string> expected;
  for (std::uint64_t round = 1; round <= 50; ++round) {
    for (std::uint64_t i = 0; i < 10; ++i) {
      batch.put(log.entry(round + i), "entry");
      batch.put(talk.message(10 * round + i), "message");
    }
    write();
    batch.clear();
    batch.erase(log.entries(round + 1, round + 10));
  }
  write();
  for (std::uint64_t i = 1; i <= 50; ++i)
    expected.push_back(log.entry(i));
  for (std::uint64_t i = 10; i < 510; ++i)
    expected.push_back(talk.message(i));
  EXPECT_EQ(keys(shard_range(1)), expected);
}

TEST_F(write_batch_test, adds_write_sets_as_they_are_and_as_bytes) {
  write_set first;
  first.put("a", "1");
  first.put("b", "1");
  write_set second;
  second.erase("a");
  second.put("c", "");
  batch.add(first);
  ASSERT_TRUE(batch.add_encoded(second.encoded()));
  write();
  EXPECT_EQ(get("a"), "none");
  EXPECT_EQ(get("b"), "1");
  EXPECT_EQ(get("c"), "");
}

TEST_F(write_batch_test, refuses_bytes_that_are_no_write_set) {
  write_set set;
  set.put("key", "record");
  auto bytes = set.encoded();
  bytes.pop_back();
  auto added = batch.add_encoded(bytes);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, errc::corrupt);
}

TEST_F(write_batch_test, is_empty_at_first_and_after_it_was_written) {
  EXPECT_TRUE(batch.empty());
  batch.put("a", std::string(1'000, 'x'));
  EXPECT_FALSE(batch.empty());
  EXPECT_GT(batch.bytes(), 1'000u);
  EXPECT_LT(batch.bytes(), 1'100u);
  write();
  EXPECT_TRUE(batch.empty());
  batch.erase("a");
  batch.clear();
  write();
  EXPECT_EQ(get("a").size(), 1'000u);
}

TEST_F(write_batch_test, keeps_what_was_not_synced_when_the_process_goes) {
  batch.put("a", "1");
  write();
  reopen();
  EXPECT_EQ(get("a"), "1");
}

} // namespace
} // namespace parley::storage
