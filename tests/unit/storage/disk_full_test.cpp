#include "storage/committer.hpp"
#include "storage/store.hpp"
#include "tests/support/small_disk.hpp"
#include "tests/unit/storage/recorder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
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

  /// Commits records until no more are admitted; returns how many were
  /// committed.
  std::uint64_t write_until_refused(committer& commits, recorder& seen) {
    std::uint64_t number = 0;
    while (commits.admit() && number < 10'000) {
      commits.submit(work(1, number++, noise(16 * 1024)));
      // The disk is to be filled by many batches, not by a few large ones.
      seen.await(number);
    }
    // The look at the disk that found it full may have been for the last batch
    // or after it.
    auto last = seen.wait_for(number).back().outcome;
    EXPECT_TRUE(last || last.error().detail == "storage full");
    return last ? number : number - 1;
  }

  std::string get(std::uint64_t number) {
    auto found = db->get("key 1 " + std::to_string(number));
    return found ? found->value_or("none") : found.error().detail;
  }

  /// Whether the committer admits writes within ten seconds, by itself.
  bool admits_again(const committer& commits) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!commits.admit() && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    return bool{commits.admit()};
  }

  test::small_disk disk{96 * mebibyte};
  options opts;
  std::unique_ptr<store> db;
  std::mt19937 random{1};
};

TEST_F(disk_full_test, stops_at_the_reserve_and_goes_on_when_space_is_freed) {
  disk.leave_free(60 * mebibyte);
  recorder seen;
  committer commits{*db, seen, opts};
  auto written = write_until_refused(commits, seen);
  EXPECT_GT(written, 0u);
  EXPECT_GT(disk.free_bytes(), opts.reserve_bytes / 4);
  EXPECT_TRUE(db->look_at_space().full);
  auto refused = commits.admit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_EQ(refused.error().detail, "storage full");
  EXPECT_EQ(refused.error().retry_after_ms, 1'000u);
  for (std::uint64_t i = 0; i < written; ++i)
    ASSERT_EQ(get(i).size(), 16u * 1024) << "reads go on";
  EXPECT_TRUE(get(written) == "none");

  disk.remove_ballast();
  ASSERT_TRUE(admits_again(commits));
  auto before = seen.wait_for(0).size();
  commits.submit(work(1, written, "again", commits.term(1)));
  EXPECT_TRUE(seen.wait_for(before + 1).back().outcome);
  EXPECT_EQ(get(written), "again");
}

TEST_F(disk_full_test, survives_that_others_fill_the_disk) {
  constexpr std::uint64_t count = 300;
  recorder seen;
  {
    committer commits{*db, seen, opts};
    for (std::uint64_t i = 0; i < count; ++i)
      commits.submit(work(1, i, noise(8 * 1024)));
    seen.wait_for(count);
    // Not to the last byte: a table file that is being written must end.
    disk.leave_free(3 * mebibyte);
    while (!db->look_at_space().full)
      std::this_thread::yield(); // until the last look is too old
    commits.submit(work(1, count));
    EXPECT_EQ(seen.wait_for(count + 1).back().outcome.error().detail,
              "storage full");
  }
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
  recorder seen;
  {
    committer commits{*db, seen, opts};
    commits.submit(work(1, 1));
  }
  disk.leave_free(12 * mebibyte);
  ASSERT_TRUE(open());
  EXPECT_EQ(get(1), "record");
  EXPECT_EQ(db->writable().error().detail, "storage full");
}

} // namespace
} // namespace parley::storage
