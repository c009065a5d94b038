#pragma once

#include "storage/store.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace parley::storage {

/// A store in a directory of its own, small enough for any disk.
class store_fixture : public testing::Test {
protected:
  store_fixture() {
    opts.dir = dir.path();
    opts.reserve_bytes = 1u << 20;
    opts.block_cache_bytes = 4u << 20;
    open();
  }

  void open() {
    auto opened = store::open(opts);
    ASSERT_TRUE(opened) << opened.error().detail;
    db = std::move(*opened);
  }

  void reopen() {
    db.reset();
    open();
  }

  result<void> put(std::string key, std::string record) {
    write_set set;
    set.put(std::move(key), std::move(record));
    return write(set);
  }

  result<void> write(const write_set& set) {
    const write_set* sets[] = {&set};
    return db->write(sets);
  }

  std::string get(std::string_view key) {
    auto found = db->get(key);
    if (!found)
      return "error: " + found.error().detail;
    return found->value_or("none");
  }

  /// The keys that a scan visits.
  std::vector<std::string> keys(const key_range& range, bool reverse = false) {
    std::vector<std::string> seen;
    auto done = db->scan(
      range,
      [&](auto key, auto) {
        seen.emplace_back(key);
        return true;
      },
      reverse);
    EXPECT_TRUE(done);
    return seen;
  }

  test::temp_dir dir;
  options opts;
  std::unique_ptr<store> db;
};

} // namespace parley::storage
