#pragma once

#include "tests/sim/dice.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <memory>

namespace parley::sim {

class lossy_files;

/// The disk of one machine, in memory, below RocksDB. A crash loses what was
/// written and not synced, or the end of it; names of files, once made, stay.
class lossy_disk {
public:
  lossy_disk();
  ~lossy_disk();

  lossy_disk(const lossy_disk&) = delete;
  lossy_disk& operator=(const lossy_disk&) = delete;

  rocksdb::Env* env() {
    return env_.get();
  }

  /// The machine is off: nothing that a process does from now on is kept.
  void freeze();

  /// What is left when the machine starts again; its processes are gone.
  void thaw(dice& d);

  /// The sync of a log fails, once, when so many more have been done.
  void fail_sync(int after);

  /// Syncs do nothing and say that they have.
  void lie();

  /// Syncs that were done, or said to be.
  std::uint64_t syncs() const;

private:
  std::unique_ptr<rocksdb::Env> memory_;
  std::shared_ptr<lossy_files> files_;
  std::unique_ptr<rocksdb::Env> env_;
};

} // namespace parley::sim
