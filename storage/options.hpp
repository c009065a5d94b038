#pragma once

#include <cstdint>
#include <filesystem>

namespace rocksdb {
class Env;
}

namespace parley::storage {

struct options {
  std::filesystem::path dir = "data";
  /// Below this the node stops writing and goes on reading: RocksDB must never
  /// see a full disk, for Debian's aborts the process on a failed write.
  std::uint64_t reserve_bytes = 512ull << 20;
  std::uint64_t block_cache_bytes = 64ull << 20;
  /// At most; a small reserve makes it smaller.
  std::uint64_t memtable_bytes = 64ull << 20;
  /// Where the files are, for tests; null is the machine's file system. Must
  /// outlive the store.
  rocksdb::Env* env = nullptr;
};

} // namespace parley::storage
