#pragma once

#include "storage/store.hpp"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <string>

namespace parley::storage {

/// The RocksDB of a closed store, opened behind its back.
inline std::unique_ptr<rocksdb::DB> open_raw(const options& opts) {
  rocksdb::DB* db = nullptr;
  auto status = rocksdb::DB::Open({}, (opts.dir / "store").string(), &db);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return std::unique_ptr<rocksdb::DB>{db};
}

} // namespace parley::storage
