#include "storage/store.hpp"
#include "tests/support/small_disk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

namespace parley::storage {
namespace {

constexpr std::uint64_t mebibyte = 1u << 20;

/// A real file system of 96 MiB, with a reserve of 16 MiB.
class disk_full_test : public testing::Test {
protected:
  void SetUp() override {
    if (!disk.mounted())
      GTEST_SKIP() << "NOT TESTED: this process may not mount a tmpfs";
    opts.dir = disk.path();
    opts.reserve_bytes = 16 * mebibyte;
    ASSERT_TRUE(open());
  }

  result<void> open() {
    db.reset();
    auto opened = store::open(opts);
    if (!opened)
      return opened.error();
    db = std::move(*opened);
    return {};
  }

  /// Bytes that no compression makes fewer.
  std::string noise(std::size_t size) {
    std::string bytes(size, '\0');
    std::generate(bytes.begin(), bytes.end(),
                  [&] { return static_cast<char>(random()); });
    return bytes;
  }

  result<void> put(std::uint64_t number, std::string record) {
    write_set set;
    set.put("key " + std::to_string(number), std::move(record));
    const write_set* sets[] = {&set};
    return db->write(sets);
  }

  std::string get(std::uint64_t number) {
    auto found = db->get("key " + std::to_string(number));
    return found ? found->value_or("none") : found.error().detail;
  }

  test::small_disk disk{96 * mebibyte};
  options opts;
  std::unique_ptr<store> db;
  std::mt19937 random{1};
};

TEST_F(disk_full_test, stops_at_the_reserve_and_goes_on_when_space_is_freed) {
  disk.leave_free(60 * mebibyte);
  std::uint64_t written = 0;
  auto last = put(written, noise(16 * 1024));
  for (; last && written < 10'000; last = put(written, noise(16 * 1024)))
    ++written;
  EXPECT_GT(written, 0u);
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, errc::unavailable);
  EXPECT_EQ(last.error().detail, "storage full");
  EXPECT_GT(disk.free_bytes(), opts.reserve_bytes / 4);
  for (std::uint64_t i = 0; i < written; ++i)
    ASSERT_EQ(get(i).size(), 16u * 1024) << "reads go on";
  EXPECT_TRUE(get(written) == "none");

  disk.remove_ballast();
  while (db->look_at_space().full)
    std::this_thread::yield(); // until the last look is too old
  EXPECT_TRUE(put(written, "again"));
  EXPECT_EQ(get(written), "again");
}

TEST_F(disk_full_test, goes_into_the_reserve_with_what_must_be_written) {
  disk.leave_free(12 * mebibyte);
  while (!db->look_at_space().full)
    std::this_thread::yield(); // until the last look is too old
  write_batch batch;
  batch.put("key 1", "record");
  EXPECT_EQ(db->take(batch.bytes()).error().detail, "storage full");
  EXPECT_TRUE(db->write(batch, durability::synced));
  EXPECT_EQ(get(1), "record");
}

TEST_F(disk_full_test, survives_that_others_fill_the_disk) {
  constexpr std::uint64_t count = 300;
  for (std::uint64_t i = 0; i < count; ++i)
    ASSERT_TRUE(put(i, noise(8 * 1024)));
  // Not to the last byte: a table file that is being written must end.
  disk.leave_free(3 * mebibyte);
  while (!db->look_at_space().full)
    std::this_thread::yield(); // until the last look is too old
  EXPECT_EQ(put(count, "record").error().detail, "storage full");
  EXPECT_EQ(get(count - 1).size(), 8u * 1024);
  db.reset();
  disk.leave_free(mebibyte);
  auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::io_failed);
  EXPECT_NE(opened.error().detail.find("too little space"), std::string::npos);
  disk.remove_ballast();
  ASSERT_TRUE(open());
  for (std::uint64_t i = 0; i < count; ++i)
    ASSERT_EQ(get(i).size(), 8u * 1024);
}

TEST_F(disk_full_test, opens_below_the_reserve_for_reading) {
  ASSERT_TRUE(put(1, "record"));
  disk.leave_free(12 * mebibyte);
  ASSERT_TRUE(open());
  EXPECT_EQ(get(1), "record");
  EXPECT_EQ(db->writable().error().detail, "storage full");
}

} // namespace
} // namespace parley::storage
