#pragma once

#include "base/error.hpp"
#include "storage/keys.hpp"
#include "storage/write_set.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley::storage {

struct options {
  std::filesystem::path dir = "data";
  /// Below this the node stops writing and goes on reading: RocksDB must never
  /// see a full disk, for Debian's aborts the process on a failed write.
  std::uint64_t reserve_bytes = 512ull << 20;
  std::uint64_t block_cache_bytes = 64ull << 20;
  std::uint64_t memtable_bytes = 64ull << 20;
  /// Bounds of the committer's queue.
  std::size_t queue_bytes_max = 64u << 20;
  std::size_t queue_length_max = 65'536;
  std::size_t batch_bytes_max = 4u << 20;
};

/// The version of the format that this code writes.
inline constexpr std::uint32_t format_version = 1;

/// One RocksDB with all shards of a node. What `write` has returned for
/// survives a crash of the process and of the machine. Safe to call from many
/// threads; each shard must have one writer.
///
/// Values are kept with a checksum over key and value, checked on every read: a
/// damaged record is logged with its key, counted, and answered `corrupt`,
/// never served.
class store {
public:
  /// Opens or creates the store below `opts.dir`. Migrates an older format;
  /// refuses a newer one, a directory that another process has open, and a disk
  /// that is fuller than the reserve allows only for writing, not for opening.
  static result<std::unique_ptr<store>> open(const options& opts);

  ~store();
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  /// The record under `key`, or none.
  result<std::optional<std::string>> get(std::string_view key) const;

  /// Calls `visit(key, record)` in ascending order (descending if `reverse`)
  /// for the keys in `range` until it answers false. The range is seen as it
  /// was when the call began. A damaged record ends the scan with `corrupt`.
  using visitor = std::function<bool(std::string_view, std::string_view)>;
  result<void> scan(const key_range& range, const visitor& visit,
                    bool reverse = false) const;

  /// Applies the write sets in order with one fsync. Blocks.
  result<void> write(std::span<const write_set* const> sets);

  /// Bytes that the file system has free, as last looked at (at most 100 ms
  /// ago), and whether that is below the reserve.
  struct space {
    std::uint64_t free_bytes = 0;
    bool full = false;
  };
  space look_at_space();

private:
  struct impl;
  explicit store(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

} // namespace parley::storage
