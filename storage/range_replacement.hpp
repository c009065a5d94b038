#pragma once

#include "base/error.hpp"
#include "storage/store.hpp"

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace parley::storage {

/// Replaces ranges of a store's keys by other rows: however many rows there
/// are, all of it happens at once, at the end, and survives a crash from then
/// on. Until then, and if it is never finished, nothing has changed. The rows
/// are kept in a file of their own meanwhile.
class range_replacement {
public:
  /// `name` must be unique among those under way in the store.
  static result<range_replacement> begin(store& db, std::string_view name);

  ~range_replacement();
  range_replacement(range_replacement&&) noexcept;
  range_replacement& operator=(range_replacement&&) noexcept;

  /// The next row; keys come in ascending order. `conflict` if they do not.
  result<void> put(std::string_view key, std::string_view record);

  /// Bytes that were put.
  std::uint64_t bytes() const;

  /// Puts the rows in place of everything in `ranges`, which may be apart and
  /// need not hold the rows.
  result<void> finish(const std::vector<key_range>& ranges);

private:
  struct impl;
  explicit range_replacement(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

} // namespace parley::storage
