#pragma once

#include "storage/store.hpp"
#include "tests/support/temp_dir.hpp"

#include <memory>
#include <stdexcept>
#include <utility>

namespace parley::test {

/// A store in a directory of its own, small enough for any disk.
class test_store {
public:
  test_store() {
    opts_.dir = dir_.path();
    opts_.reserve_bytes = 1u << 20;
    opts_.block_cache_bytes = 4u << 20;
    opts_.memtable_bytes = 8u << 20;
    open();
  }

  const storage::options& opts() const {
    return opts_;
  }

  storage::store& db() {
    return *db_;
  }

  /// Closes and opens it again. Nobody may hold on to what `db` returned.
  void reopen() {
    db_.reset();
    open();
  }

  /// The same, with something done in between.
  template <class Action>
  void reopen_after(const Action& what) {
    db_.reset();
    what();
    open();
  }

  void write(const storage::write_set& writes) {
    const storage::write_set* sets[] = {&writes};
    if (auto written = db_->write(sets); !written)
      throw std::runtime_error{written.error().detail};
  }

private:
  void open() {
    auto opened = storage::store::open(opts_);
    if (!opened)
      throw std::runtime_error{opened.error().detail};
    db_ = std::move(*opened);
  }

  temp_dir dir_;
  storage::options opts_;
  std::unique_ptr<storage::store> db_;
};

} // namespace parley::test
