#include "tests/unit/storage/recorder.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <atomic>
#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

std::atomic<bool> disk_fails = false;

} // namespace

/// The disk of this test program: RocksDB's calls come here before they come to
/// the C library.
extern "C" int fdatasync(int fd) {
  if (disk_fails) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}

namespace parley::storage {
namespace {

class disk_failure_test : public store_fixture {
protected:
  ~disk_failure_test() override {
    disk_fails = false;
  }
};

TEST_F(disk_failure_test, refuses_writes_for_good_and_serves_reads) {
  ASSERT_TRUE(put("before", "record"));
  disk_fails = true;
  auto failed = put("during", "record");
  ASSERT_FALSE(failed) << "not interposed?";
  EXPECT_EQ(failed.error().code, errc::unavailable);
  EXPECT_EQ(failed.error().detail, "storage failed");
  // The kernel reports a lost page once; the next fsync says that all is well.
  disk_fails = false;
  EXPECT_EQ(put("after", "record").error().detail, "storage failed");
  EXPECT_EQ(db->writable().error().detail, "storage failed");
  EXPECT_EQ(get("before"), "record");
  EXPECT_EQ(get("during"), "none");
  EXPECT_EQ(get("after"), "none");
}

TEST_F(disk_failure_test, writes_again_after_a_restart) {
  ASSERT_TRUE(put("before", "record"));
  disk_fails = true;
  ASSERT_FALSE(put("during", "record"));
  disk_fails = false;
  reopen();
  EXPECT_EQ(get("before"), "record");
  EXPECT_TRUE(put("after", "record"));
  reopen();
  EXPECT_EQ(get("before"), "record");
  EXPECT_EQ(get("after"), "record");
}

TEST_F(disk_failure_test, fails_the_batch_and_what_follows) {
  recorder seen;
  committer commits{*db, seen, opts};
  commits.submit(work(1, 1));
  ASSERT_TRUE(seen.wait_for(1)[0].outcome);
  disk_fails = true;
  commits.submit(work(1, 2));
  EXPECT_EQ(seen.wait_for(2)[1].outcome.error().detail, "storage failed");
  EXPECT_EQ(commits.admit().error().detail, "storage failed");
  EXPECT_EQ(commits.term(1), 2u);
  commits.submit(work(1, 3, "record", 2));
  EXPECT_EQ(seen.wait_for(3)[2].outcome.error().detail, "storage failed");
}

} // namespace
} // namespace parley::storage
