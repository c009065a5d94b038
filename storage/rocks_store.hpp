#pragma once

#include "storage/store.hpp"

#include <rocksdb/db.h>

namespace parley::storage {

/// What only this folder sees of a store.
rocksdb::DB& rocks_of(const store& db);

} // namespace parley::storage
