#include "tests/support/lone_node.hpp"
#include "tests/support/small_disk.hpp"
#include "tests/unit/log/recorder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace parley::cluster {
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
    auto opened = storage::store::open(opts);
    ASSERT_TRUE(opened) << opened.error().detail;
    db = std::move(*opened);
  }

  /// Commits records until no more are admitted, or one is refused; returns how
  /// many were committed.
  std::uint64_t write_until_refused(log_engine& log) {
    for (std::uint64_t number = 0; number < 10'000; ++number) {
      if (!log.admit(1))
        return number;
      log.append(1, log.term(1), writes(1, number, noise(16 * 1024)),
                 seen.note(1, number));
      // The disk is to be filled by many batches, not by a few large ones.
      auto outcome = seen.wait_for(number + 1).back().outcome;
      if (!outcome) {
        EXPECT_EQ(outcome.error().detail, "storage full");
        return number;
      }
    }
    ADD_FAILURE() << "the disk never filled";
    return 0;
  }

  /// Whether the log admits writes within ten seconds, by itself.
  bool admits_again(const log_engine& log) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!log.admit(1) && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    return bool{log.admit(1)};
  }

  test::small_disk disk{96 * mebibyte};
  storage::options opts;
  std::unique_ptr<storage::store> db;
  recorder seen;
};

TEST_F(disk_full_test, stops_at_the_reserve_and_goes_on_when_space_is_freed) {
  test::lone_log log{*db};
  disk.leave_free(60 * mebibyte);
  auto written = write_until_refused(*log);
  EXPECT_GT(written, 0u);
  EXPECT_GT(disk.free_bytes(), opts.reserve_bytes / 4);
  // The store itself may free some by a flush, and the log would rightly go on.
  disk.leave_free(4 * mebibyte);
  while (!db->look_at_space().full)
    std::this_thread::yield(); // until the last look is too old
  auto refused = log->admit(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_EQ(refused.error().detail, "storage full");
  EXPECT_EQ(refused.error().retry_after_ms, 1'000u);
  EXPECT_TRUE(log->holds(1, log->term(1))) << "reads go on";
  for (std::uint64_t i = 0; i < written; ++i)
    ASSERT_EQ(stored(*db, 1, i).size(), 16u * 1024);
  EXPECT_TRUE(stored(*db, 1, written) == "none");

  disk.remove_ballast();
  ASSERT_TRUE(admits_again(*log));
  auto before = seen.wait_for(0).size();
  log->append(1, log->term(1), writes(1, written, "again"),
              seen.note(1, written));
  EXPECT_TRUE(seen.wait_for(before + 1).back().outcome);
  EXPECT_EQ(stored(*db, 1, written), "again");
}

TEST_F(disk_full_test, begins_a_new_term_where_a_write_was_refused) {
  test::lone_log log{*db};
  disk.leave_free(8 * mebibyte);
  while (!db->look_at_space().full)
    std::this_thread::yield(); // until the last look is too old
  auto before = log->term(1);
  auto other = log->term(2);
  // As one that was admitted just before.
  log->append(1, before, writes(1, 1), seen.note(1, 1));
  EXPECT_EQ(seen.wait_for(1)[0].outcome.error().detail, "storage full");
  EXPECT_GT(log->term(1), before);
  EXPECT_EQ(log->term(2), other);
  disk.remove_ballast();
  ASSERT_TRUE(admits_again(*log));
  log->append(1, before, writes(1, 2), seen.note(1, 2));
  EXPECT_EQ(seen.wait_for(2)[1].outcome.error().detail,
            "an earlier write failed");
  log->append(1, log->term(1), writes(1, 3), seen.note(1, 3));
  EXPECT_TRUE(seen.wait_for(3)[2].outcome);
}

} // namespace
} // namespace parley::cluster
