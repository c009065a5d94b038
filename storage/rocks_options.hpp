#pragma once

#include "storage/options.hpp"

#include <rocksdb/options.h>

#include <cstdint>

namespace parley::storage {

/// How large a memtable and a table file become, near enough: an eighth of the
/// reserve at most, so that those under way fit in it.
std::uint64_t table_bytes(const options& opts);

/// How RocksDB is run, without the listener and the filter.
rocksdb::Options rocks_options(const options& opts);

} // namespace parley::storage
