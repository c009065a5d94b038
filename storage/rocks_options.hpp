#pragma once

#include "storage/options.hpp"

#include <rocksdb/options.h>

namespace parley::storage {

/// How RocksDB is run, without the listener and the filter.
rocksdb::Options rocks_options(const options& opts);

} // namespace parley::storage
