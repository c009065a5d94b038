#pragma once

#include "storage/write_batch.hpp"

#include <rocksdb/slice.h>
#include <rocksdb/write_batch.h>

#include <string_view>

namespace parley::storage {

inline rocksdb::Slice slice(std::string_view x) {
  return {x.data(), x.size()};
}

/// What only this folder sees of a batch.
struct write_batch::impl {
  rocksdb::WriteBatch rows;
};

} // namespace parley::storage
