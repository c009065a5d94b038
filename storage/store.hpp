#pragma once

#include "base/error.hpp"
#include "storage/keys.hpp"
#include "storage/migration.hpp"
#include "storage/options.hpp"
#include "storage/write_batch.hpp"
#include "storage/write_set.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rocksdb {
class DB;
}

namespace parley::storage {

enum class durability : std::uint8_t {
  /// Survives a crash of the machine.
  synced,
  /// Survives a crash of the process. Becomes durable with the next synced
  /// write, and never without what was written before.
  buffered
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
  /// Opens or creates the store in `opts.dir`/store. Migrates an older format.
  /// Refuses a newer format (`bad_config`), a store that is open already, in
  /// this or another process (`conflict`), and a disk so full that opening
  /// would fill it (`io_failed`); one that is only fuller than the reserve
  /// opens for reading.
  ///
  /// `steps` are the migrations from version 1 on; tests give their own.
  static result<std::unique_ptr<store>> open(const options& opts,
                                             std::span<const migration> steps
                                             = released_migrations());

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

  /// The store as it was when the view was made, for scans that go on while
  /// it is being written. Keeps old versions on disk as long as it lives, and
  /// must not outlive the store.
  class view {
  public:
    view(view&&) noexcept;
    view& operator=(view&&) noexcept;
    ~view();

    result<void> scan(const key_range& range, const visitor& visit) const;

  private:
    friend class store;
    struct impl;
    explicit view(std::unique_ptr<impl> i);
    std::unique_ptr<impl> impl_;
  };
  view look() const;

  /// Whether the disk has room for `bytes` more above the reserve; they count
  /// as written if so. `unavailable` with the detail "storage full" when not;
  /// with "storage failed" when the disk or RocksDB has failed.
  result<void> take(std::size_t bytes);

  /// Applies the batch, all or none, and clears it. Blocks. Goes into the
  /// reserve where it must: `take` what can be refused. After a failure
  /// ("storage failed") nothing is ever written again.
  result<void> write(write_batch& batch, durability how);

  /// Takes room for the write sets and applies them in order, all or none,
  /// with one fsync.
  result<void> write(std::span<const write_set* const> sets);

  /// Whether `write` would be let through, as of the last look at the disk.
  /// Cheap, and never waits.
  result<void> writable() const;

  /// Keys of records that were found damaged since the last call, or where the
  /// ranges begin that can't be read whole; some thousand at most.
  std::vector<std::string> take_damaged() const;

  /// Bytes that the file system has free, as last looked at (at most 100 ms
  /// ago), and whether that is below the reserve. Once full, it stays so until
  /// a sixteenth of the reserve more than the reserve is free.
  struct space {
    std::uint64_t free_bytes = 0;
    bool full = false;
  };
  space look_at_space();

private:
  friend rocksdb::DB& rocks_of(const store& db);

  struct impl;
  explicit store(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

} // namespace parley::storage
