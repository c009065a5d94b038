#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace parley::storage {

struct options {
  std::filesystem::path dir = "data";
  /// Below this the node stops writing and goes on reading: RocksDB must never
  /// see a full disk, for Debian's aborts the process on a failed write.
  std::uint64_t reserve_bytes = 512ull << 20;
  std::uint64_t block_cache_bytes = 64ull << 20;
  /// At most; a small reserve makes it smaller.
  std::uint64_t memtable_bytes = 64ull << 20;
  /// Bounds of the committer's queue.
  std::size_t queue_bytes_max = 64u << 20;
  std::size_t queue_length_max = 65'536;
  std::size_t batch_bytes_max = 4u << 20;
};

} // namespace parley::storage
