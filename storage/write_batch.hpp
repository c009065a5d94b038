#pragma once

#include "base/error.hpp"
#include "storage/keys.hpp"
#include "storage/write_set.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace parley::storage {

/// Writes that go to the disk together; later ones win.
class write_batch {
public:
  write_batch();
  ~write_batch();
  write_batch(write_batch&&) noexcept;
  write_batch& operator=(write_batch&&) noexcept;

  void put(std::string_view key, std::string_view record);
  void erase(std::string_view key);
  /// The range may not begin with a message.
  void erase(const key_range& range);
  void add(const write_set& set);

  /// Adds encoded write sets. `corrupt` where the bytes are none, and then
  /// nothing of them is added.
  result<void> add_encoded(std::string_view writes);

  bool empty() const;

  /// What it will take in the store's log, near enough.
  std::size_t bytes() const;

  void clear();

private:
  friend class store;

  void add(write_set_reader& from);

  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace parley::storage
