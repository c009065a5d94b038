#pragma once

#include "tests/sim/dice.hpp"

#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace parley::sim {

/// Files in memory that know how much of them would survive a crash. RocksDB's
/// threads call it, too.
class lossy_files final : public rocksdb::FileSystemWrapper {
public:
  using rocksdb::FileSystemWrapper::FileSystemWrapper;

  /// How far a file has come.
  struct extent {
    std::uint64_t size = 0;
    std::uint64_t synced = 0;
  };

  const char* Name() const override {
    return "lossy_files";
  }

  rocksdb::IOStatus
  NewWritableFile(const std::string& name, const rocksdb::FileOptions& opts,
                  std::unique_ptr<rocksdb::FSWritableFile>* file,
                  rocksdb::IODebugContext* dbg) override;
  rocksdb::IOStatus
  ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& opts,
                     std::unique_ptr<rocksdb::FSWritableFile>* file,
                     rocksdb::IODebugContext* dbg) override;
  rocksdb::IOStatus DeleteFile(const std::string& name,
                               const rocksdb::IOOptions& opts,
                               rocksdb::IODebugContext* dbg) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& opts,
                               rocksdb::IODebugContext* dbg) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& opts,
                             rocksdb::IODebugContext* dbg) override;

  void freeze() {
    frozen_ = true;
  }

  bool frozen() const {
    return frozen_;
  }

  void thaw(dice& d);

  void fail_sync(int after) {
    syncs_left_ = after;
  }

  void lie() {
    lies_ = true;
  }

  std::uint64_t syncs() const {
    return syncs_;
  }

  // For its files.
  void grown(extent& of, std::size_t by);
  rocksdb::IOStatus synced(const std::string& name, extent& of);

private:
  std::atomic<bool> frozen_ = false;
  std::atomic<bool> lies_ = false;
  std::atomic<int> syncs_left_ = -1;
  std::atomic<std::uint64_t> syncs_ = 0;
  std::mutex guard_;
  std::map<std::string, std::shared_ptr<extent>> extents_;
};

} // namespace parley::sim
