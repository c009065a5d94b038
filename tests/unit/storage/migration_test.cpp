#include "storage/migration.hpp"
#include "tests/unit/storage/raw_store.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <unistd.h>

namespace parley::storage {
namespace {

class migration_test : public store_fixture {
protected:
  migration_test() {
    for (auto key : {"row1", "row2", "row3"})
      EXPECT_TRUE(put(key, "old"));
    db.reset();
  }

  result<void> open_with(const std::vector<migration>& steps) {
    db.reset();
    auto opened = store::open(opts, steps);
    if (!opened)
      return opened.error();
    db = std::move(*opened);
    return {};
  }
};

/// Makes each old row a new one, one write at a time; gives up after `portions`
/// of them as a crash would.
migration renew(std::size_t portions) {
  return {"renew", [portions](store& db, write_set& last) -> result<void> {
            std::vector<std::string> old;
            auto done = db.scan({"row", "rox"}, [&](auto key, auto record) {
              if (record == "old")
                old.emplace_back(key);
              return true;
            });
            for (std::size_t i = 0; done && i < old.size(); ++i) {
              if (i == portions)
                return error{errc::internal, "crash"};
              write_set portion;
              portion.put(old[i], "new");
              const write_set* sets[] = {&portion};
              done = db.write(sets);
            }
            last.put("renewed", "yes");
            return done;
          }};
}

migration append(std::string text) {
  return {"append", [text](store& db, write_set& last) -> result<void> {
            auto row = db.get("steps");
            if (!row)
              return row.error();
            last.put("steps", row->value_or("") + text);
            return {};
          }};
}

TEST_F(migration_test, brings_an_older_store_to_the_version_of_the_program) {
  ASSERT_TRUE(open_with({renew(10)}));
  EXPECT_EQ(get("row3"), "new");
  EXPECT_EQ(get("renewed"), "yes");
  EXPECT_EQ(get(meta_key("format", "version")), std::string("\0\0\0\2", 4));
}

TEST_F(migration_test, runs_the_missing_steps_once_and_in_order) {
  ASSERT_TRUE(open_with({append("a"), append("b")}));
  EXPECT_EQ(get("steps"), "ab");
  ASSERT_TRUE(open_with({append("a"), append("b"), append("c")}));
  EXPECT_EQ(get("steps"), "abc");
  ASSERT_TRUE(open_with({append("a"), append("b"), append("c")}));
  EXPECT_EQ(get("steps"), "abc");
}

TEST_F(migration_test, goes_on_after_a_crash_in_the_middle) {
  auto crashed = open_with({append("a"), renew(2)});
  ASSERT_FALSE(crashed);
  EXPECT_EQ(crashed.error().detail, "crash");
  ASSERT_TRUE(open_with({append("a")})) << "the first step is kept";
  EXPECT_EQ(get("row1"), "new");
  EXPECT_EQ(get("row3"), "old");
  EXPECT_EQ(get("renewed"), "none");
  ASSERT_TRUE(open_with({append("a"), renew(2)}));
  EXPECT_EQ(get("row3"), "new");
  EXPECT_EQ(get("renewed"), "yes");
  EXPECT_EQ(get("steps"), "a");
}

/// Runs in a process of its own, which ends in the middle of the step.
[[noreturn]] void die_while_migrating(const options& opts) {
  std::vector<migration> steps
    = {{"die", [](store& db, write_set&) -> result<void> {
          write_set portion;
          portion.put("row1", "new");
          const write_set* sets[] = {&portion};
          ::_exit(db.write(sets) ? 3 : 4);
        }}};
  auto opened = store::open(opts, steps);
  ::_exit(5);
}

TEST_F(migration_test, goes_on_after_the_process_died_in_the_middle) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto name = "PARLEY_TEST_STORE";
  ::setenv(name, opts.dir.c_str(), 0);
  auto same = opts;
  same.dir = ::getenv(name);
  EXPECT_EXIT(die_while_migrating(same), testing::ExitedWithCode(3), "");
  ::unsetenv(name);
  ASSERT_TRUE(open_with({})) << "still the old version";
  EXPECT_EQ(get("row1"), "new");
  ASSERT_TRUE(open_with({renew(10)}));
  EXPECT_EQ(get("row3"), "new");
  EXPECT_EQ(get("renewed"), "yes");
}

TEST_F(migration_test, refuses_a_newer_store_and_names_both_versions) {
  ASSERT_TRUE(open_with({append("a"), append("b")}));
  auto older = open_with({});
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, errc::bad_config);
  EXPECT_NE(older.error().detail.find("version 3"), std::string::npos);
  EXPECT_NE(older.error().detail.find("up to 1"), std::string::npos);
  ASSERT_TRUE(open_with({append("a"), append("b")}));
  EXPECT_EQ(get("steps"), "ab") << "the refusal has changed nothing";
}

TEST_F(migration_test, refuses_rows_without_a_version) {
  {
    auto raw = open_raw(opts);
    ASSERT_TRUE(raw->Delete({}, meta_key("format", "version")).ok());
  }
  EXPECT_EQ(open_with({}).error().code, errc::corrupt);
}

TEST_F(migration_test, refuses_a_damaged_version) {
  {
    auto raw = open_raw(opts);
    ASSERT_TRUE(raw->Put({}, meta_key("format", "version"), "2").ok());
  }
  EXPECT_EQ(open_with({}).error().code, errc::corrupt);
}

} // namespace
} // namespace parley::storage
