#include "storage/range_replacement.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <gmock/gmock.h>

namespace parley::storage {
namespace {

using testing::ElementsAre;

class range_replacement_test : public store_fixture {
protected:
  range_replacement begin(std::string_view name = "1") {
    auto begun = range_replacement::begin(*db, name);
    EXPECT_TRUE(begun);
    return std::move(*begun);
  }
};

TEST_F(range_replacement_test, takes_the_place_of_what_was_there) {
  ASSERT_TRUE(put("a", "before"));
  ASSERT_TRUE(put("b1", "old"));
  ASSERT_TRUE(put("b2", "old"));
  ASSERT_TRUE(put("c", "behind"));
  auto rows = begin();
  ASSERT_TRUE(rows.put("b2", "new"));
  ASSERT_TRUE(rows.put("b3", "new"));
  ASSERT_TRUE(rows.finish({{"b", "c"}}));
  EXPECT_THAT(keys({"a", "d"}), ElementsAre("a", "b2", "b3", "c"));
  EXPECT_EQ(get("b2"), "new");
  EXPECT_EQ(get("b1"), "none");
  EXPECT_EQ(get("a"), "before");
  reopen();
  EXPECT_THAT(keys({"a", "d"}), ElementsAre("a", "b2", "b3", "c"));
  EXPECT_EQ(get("b3"), "new");
}

TEST_F(range_replacement_test, rows_may_lie_outside_of_the_ranges) {
  ASSERT_TRUE(put("position", "old"));
  ASSERT_TRUE(put("log1", "old"));
  ASSERT_TRUE(put("state1", "old"));
  auto rows = begin();
  ASSERT_TRUE(rows.put("position", "new"));
  ASSERT_TRUE(rows.put("state2", "new"));
  ASSERT_TRUE(rows.finish({{"log", "logz"}, {"state", "statez"}}));
  EXPECT_THAT(keys({"a", "z"}), ElementsAre("position", "state2"));
  EXPECT_EQ(get("position"), "new");
}

TEST_F(range_replacement_test, nothing_but_ranges_is_a_deletion) {
  ASSERT_TRUE(put("a", "old"));
  ASSERT_TRUE(put("b", "old"));
  auto rows = begin();
  ASSERT_TRUE(rows.finish({{"a", "b"}}));
  EXPECT_THAT(keys({"a", "z"}), ElementsAre("b"));
}

TEST_F(range_replacement_test, what_is_not_finished_changes_nothing) {
  ASSERT_TRUE(put("a", "old"));
  {
    auto rows = begin();
    ASSERT_TRUE(rows.put("a", "new"));
    ASSERT_TRUE(rows.put("b", "new"));
    EXPECT_GT(rows.bytes(), 0u);
    EXPECT_EQ(get("a"), "old");
  }
  EXPECT_EQ(get("a"), "old");
  EXPECT_EQ(get("b"), "none");
}

TEST_F(range_replacement_test, a_crash_before_the_end_changes_nothing) {
  ASSERT_TRUE(put("a", "old"));
  // What a process leaves behind that was killed in the middle.
  std::string leftover = (opts.dir / "store/replacement-1.part").string();
  {
    auto rows = begin();
    ASSERT_TRUE(rows.put("a", "new"));
    std::error_code failed;
    std::filesystem::copy_file(leftover, leftover + ".kept", failed);
    ASSERT_FALSE(failed);
  }
  std::filesystem::rename(leftover + ".kept", leftover);
  reopen();
  EXPECT_EQ(get("a"), "old");
  auto rows = begin();
  ASSERT_TRUE(rows.put("a", "newer"));
  ASSERT_TRUE(rows.finish({{"a", "b"}}));
  EXPECT_EQ(get("a"), "newer");
}

TEST_F(range_replacement_test, rows_come_in_order) {
  auto rows = begin();
  ASSERT_TRUE(rows.put("b", "1"));
  auto refused = rows.put("a", "2");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::conflict);
}

TEST_F(range_replacement_test, who_looks_sees_the_old_rows) {
  ASSERT_TRUE(put("a", "old"));
  auto view = db->look();
  auto rows = begin();
  ASSERT_TRUE(rows.put("b", "new"));
  ASSERT_TRUE(rows.finish({{"a", "z"}}));
  std::vector<std::string> seen;
  ASSERT_TRUE(view.scan({"a", "z"}, [&](auto key, auto) {
    seen.emplace_back(key);
    return true;
  }));
  EXPECT_THAT(seen, ElementsAre("a"));
  EXPECT_THAT(keys({"a", "z"}), ElementsAre("b"));
}

TEST_F(range_replacement_test, later_writes_win) {
  auto rows = begin();
  ASSERT_TRUE(rows.put("a", "placed"));
  ASSERT_TRUE(rows.finish({{"a", "z"}}));
  ASSERT_TRUE(put("a", "written"));
  reopen();
  EXPECT_EQ(get("a"), "written");
}

TEST_F(range_replacement_test, two_at_a_time_do_not_mix) {
  auto one = begin("1");
  auto two = begin("2");
  ASSERT_TRUE(one.put("a", "one"));
  ASSERT_TRUE(two.put("b", "two"));
  ASSERT_TRUE(one.finish({{"a", "b"}}));
  ASSERT_TRUE(two.finish({{"b", "c"}}));
  EXPECT_EQ(get("a"), "one");
  EXPECT_EQ(get("b"), "two");
}

} // namespace
} // namespace parley::storage
