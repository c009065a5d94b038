#pragma once

#include "storage/write_batch.hpp"

#include <rocksdb/write_batch.h>

namespace parley::storage {

/// What only this folder sees of a batch.
struct write_batch::impl {
  rocksdb::WriteBatch rows;
};

} // namespace parley::storage
