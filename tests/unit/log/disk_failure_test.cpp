#include "tests/support/failing_disk.hpp"
#include "tests/support/lone_node.hpp"
#include "tests/support/test_store.hpp"
#include "tests/unit/log/recorder.hpp"

#include <gtest/gtest.h>

namespace parley::cluster {
namespace {

class disk_failure_test : public testing::Test {
protected:
  ~disk_failure_test() override {
    test::disk_fails = false;
  }

  test::test_store files;
  recorder seen;
};

TEST_F(disk_failure_test, fails_the_batch_and_what_follows) {
  test::lone_log log{files.db()};
  auto before = log->term(1);
  log->append(1, before, writes(1, 1), seen.note(1, 1));
  ASSERT_TRUE(seen.wait_for(1)[0].outcome);
  test::disk_fails = true;
  log->append(1, before, writes(1, 2), seen.note(1, 2));
  EXPECT_EQ(seen.wait_for(2)[1].outcome.error().detail, "storage failed")
    << "not interposed?";
  // The kernel reports a lost page once; the next sync says that all is well.
  test::disk_fails = false;
  EXPECT_EQ(log->admit(1).error().detail, "storage failed");
  auto after = log->term(1);
  EXPECT_GT(after, before);
  log->append(1, after, writes(1, 3), seen.note(1, 3));
  EXPECT_EQ(seen.wait_for(3)[2].outcome.error().detail, "storage failed");
  EXPECT_TRUE(log->holds(1, log->term(1))) << "reads go on";
  EXPECT_EQ(stored(log->reader(), 1, 1), "record");
  EXPECT_EQ(stored(log->reader(), 1, 2), "none");
}

TEST_F(disk_failure_test, commits_again_after_a_restart) {
  {
    test::lone_log log{files.db()};
    log->append(1, log->term(1), writes(1, 1), seen.note(1, 1));
    ASSERT_TRUE(seen.wait_for(1)[0].outcome);
    test::disk_fails = true;
    log->append(1, log->term(1), writes(1, 2), seen.note(1, 2));
    ASSERT_FALSE(seen.wait_for(2)[1].outcome);
    test::disk_fails = false;
  }
  files.reopen();
  test::lone_log log{files.db()};
  EXPECT_EQ(stored(log->reader(), 1, 1), "record");
  log->append(1, log->term(1), writes(1, 3), seen.note(1, 3));
  EXPECT_TRUE(seen.wait_for(3)[2].outcome);
}

} // namespace
} // namespace parley::cluster
