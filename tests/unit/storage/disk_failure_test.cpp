#include "tests/support/failing_disk.hpp"
#include "tests/unit/storage/store_fixture.hpp"

namespace parley::storage {
namespace {

class disk_failure_test : public store_fixture {
protected:
  ~disk_failure_test() override {
    test::disk_fails = false;
  }
};

TEST_F(disk_failure_test, refuses_writes_for_good_and_serves_reads) {
  ASSERT_TRUE(put("before", "record"));
  test::disk_fails = true;
  auto failed = put("during", "record");
  ASSERT_FALSE(failed) << "not interposed?";
  EXPECT_EQ(failed.error().code, errc::unavailable);
  EXPECT_EQ(failed.error().detail, "storage failed");
  // The kernel reports a lost page once; the next fsync says that all is well.
  test::disk_fails = false;
  EXPECT_EQ(put("after", "record").error().detail, "storage failed");
  EXPECT_EQ(db->writable().error().detail, "storage failed");
  EXPECT_EQ(get("before"), "record");
  EXPECT_EQ(get("during"), "none");
  EXPECT_EQ(get("after"), "none");
}

TEST_F(disk_failure_test, writes_again_after_a_restart) {
  ASSERT_TRUE(put("before", "record"));
  test::disk_fails = true;
  ASSERT_FALSE(put("during", "record"));
  test::disk_fails = false;
  reopen();
  EXPECT_EQ(get("before"), "record");
  EXPECT_TRUE(put("after", "record"));
  reopen();
  EXPECT_EQ(get("before"), "record");
  EXPECT_EQ(get("after"), "record");
}

} // namespace
} // namespace parley::storage
