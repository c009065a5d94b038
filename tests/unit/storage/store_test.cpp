#include "base/metrics.hpp"
#include "storage/store.hpp"
#include "tests/unit/storage/raw_store.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

namespace parley::storage {
namespace {

using store_test = store_fixture;

TEST_F(store_test, keeps_what_it_wrote_across_a_restart) {
  ASSERT_TRUE(put("k", "record"));
  ASSERT_TRUE(put("empty", ""));
  reopen();
  EXPECT_EQ(get("k"), "record");
  EXPECT_EQ(get("empty"), "");
  EXPECT_EQ(get("other"), "none");
}

TEST_F(store_test, applies_write_sets_in_order) {
  write_set first;
  first.put("a", "1");
  first.put("b", "1");
  write_set second;
  second.erase("a");
  second.put("b", "2");
  const write_set* sets[] = {&first, &second};
  ASSERT_TRUE(db->write(sets));
  EXPECT_EQ(get("a"), "none");
  EXPECT_EQ(get("b"), "2");
}

TEST_F(store_test, scans_a_range_in_both_directions) {
  for (auto key : {"a", "b", "c", "d"})
    ASSERT_TRUE(put(key, key));
  using list = std::vector<std::string>;
  EXPECT_EQ(keys({"b", "d"}), (list{"b", "c"}));
  EXPECT_EQ(keys({"b", "d"}, true), (list{"c", "b"}));
  EXPECT_EQ(keys({"bb", "c"}), list{});
  EXPECT_EQ(keys({"d", ""}), (list{"d", meta_key("format", "version")}));
}

TEST_F(store_test, ends_a_scan_when_told) {
  for (auto key : {"a", "b", "c"})
    ASSERT_TRUE(put(key, key));
  std::vector<std::string> seen;
  ASSERT_TRUE(db->scan({"a", "d"}, [&](auto key, auto record) {
    EXPECT_EQ(key, record);
    seen.emplace_back(key);
    return seen.size() < 2;
  }));
  EXPECT_EQ(seen.size(), 2u);
}

TEST_F(store_test, shows_a_scan_the_range_as_it_was_when_it_began) {
  ASSERT_TRUE(put("a", "1"));
  ASSERT_TRUE(put("b", "1"));
  auto visits = 0;
  ASSERT_TRUE(db->scan({"a", "z"}, [&](auto, auto record) {
    ++visits;
    EXPECT_EQ(record, "1");
    return bool{put("b", "2")} && bool{put("c", "1")};
  }));
  EXPECT_EQ(visits, 2);
}

TEST_F(store_test, never_serves_a_damaged_record) {
  for (auto key : {"a", "b", "c"})
    ASSERT_TRUE(put(key, "record"));
  db.reset();
  {
    auto raw = open_raw(opts);
    std::string value;
    ASSERT_TRUE(raw->Get({}, "b", &value).ok());
    value[2] = static_cast<char>(value[2] ^ 1);
    ASSERT_TRUE(raw->Put({}, "b", value).ok());
    ASSERT_TRUE(raw->Put({}, "short", "1234567").ok());
  }
  open();
  auto count = [] {
    return metrics::counter("parley_storage_damaged_records_total", "").Value();
  };
  auto before = count();
  EXPECT_EQ(db->get("b").error().code, errc::corrupt);
  EXPECT_EQ(db->get("short").error().code, errc::corrupt);
  EXPECT_EQ(count(), before + 2);
  std::vector<std::string> seen;
  auto scanned = db->scan({"a", "d"}, [&](auto key, auto) {
    seen.emplace_back(key);
    return true;
  });
  EXPECT_EQ(scanned.error().code, errc::corrupt);
  EXPECT_EQ(seen, std::vector<std::string>{"a"});
  EXPECT_EQ(get("c"), "record");
}

TEST_F(store_test, takes_a_record_under_another_key_for_damaged) {
  ASSERT_TRUE(put("a", "record"));
  db.reset();
  {
    auto raw = open_raw(opts);
    std::string value;
    ASSERT_TRUE(raw->Get({}, "a", &value).ok());
    ASSERT_TRUE(raw->Put({}, "b", value).ok());
  }
  open();
  EXPECT_EQ(get("a"), "record");
  EXPECT_EQ(db->get("b").error().code, errc::corrupt);
}

TEST_F(store_test, is_open_once_at_a_time) {
  auto again = store::open(opts);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::conflict);
  EXPECT_NE(again.error().detail.find("open already"), std::string::npos);
}

/// Runs in a process of its own, without what this one has open.
[[noreturn]] void exit_with_outcome_of_opening(const options& opts) {
  auto opened = store::open(opts);
  ::_exit(!opened && opened.error().code == errc::conflict ? 3 : 4);
}

TEST_F(store_test, is_open_in_one_process_at_a_time) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // The re-executed child makes a directory of its own: name this one to it.
  auto name = "PARLEY_TEST_STORE";
  ::setenv(name, opts.dir.c_str(), 0);
  auto theirs = opts;
  theirs.dir = ::getenv(name);
  EXPECT_EXIT(exit_with_outcome_of_opening(theirs), testing::ExitedWithCode(3),
              "");
  ::unsetenv(name);
}

TEST_F(store_test, shows_a_view_what_was_there_when_it_was_made) {
  ASSERT_TRUE(put("a", "1"));
  ASSERT_TRUE(put("b", "1"));
  auto view = db->look();
  ASSERT_TRUE(put("a", "2"));
  ASSERT_TRUE(put("c", "1"));
  write_batch batch;
  batch.erase("b");
  ASSERT_TRUE(db->write(batch, durability::synced));
  std::string seen;
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(view.scan({"a", "d"}, [&](auto key, auto record) {
      seen.append(key).append("=").append(record) += ' ';
      return true;
    }));
  EXPECT_EQ(seen, "a=1 b=1 a=1 b=1 ");
  EXPECT_EQ(keys({"a", "d"}), (std::vector<std::string>{"a", "c"}));
}

TEST_F(store_test, says_how_much_space_is_free) {
  auto space = db->look_at_space();
  EXPECT_GT(space.free_bytes, 0u);
  EXPECT_FALSE(space.full);
  EXPECT_TRUE(db->writable());
}

TEST(store_open_test, refuses_a_directory_that_it_cannot_make) {
  options opts;
  opts.dir = "/proc/no-such-place";
  auto opened = store::open(opts);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::io_failed);
}

TEST(store_open_test, refuses_a_new_store_on_a_disk_below_the_reserve) {
  test::temp_dir dir;
  options opts;
  opts.dir = dir.path();
  opts.reserve_bytes = 1ull << 50;
  auto opened = store::open(opts);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::io_failed);
  EXPECT_NE(opened.error().detail.find("storage full"), std::string::npos);
}

} // namespace
} // namespace parley::storage
