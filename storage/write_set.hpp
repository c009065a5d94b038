#pragma once

#include "storage/keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::storage {

/// The exact writes that record one decision. Applied whole or not at all, and
/// carried as bytes to whoever replicates the shard.
class write_set {
public:
  void put(std::string_view key, std::string_view record);
  void erase(std::string_view key);

  bool empty() const {
    return encoded_.empty();
  }

  /// What it costs a queue to hold it.
  std::size_t bytes() const {
    return encoded_.size();
  }

  /// Sets that follow one another are one set (docs/storage-format.md, "Write
  /// sets").
  const std::string& encoded() const {
    return encoded_;
  }

private:
  std::string encoded_;
};

/// Whether the bytes are write sets for keys of this range.
bool well_formed(std::string_view writes, const key_range& within);

/// Takes operations from encoded write sets, which may be any bytes.
class write_set_reader {
public:
  struct operation {
    std::string_view key;
    std::string_view value;
    bool erase = false;
  };

  explicit write_set_reader(std::string_view bytes) : rest_(bytes) {}

  /// None at the end, and where the bytes make no sense.
  std::optional<operation> next();

  /// Whether the end was reached without a fault.
  bool done() const {
    return good_ && rest_.empty();
  }

private:
  bool take(std::string_view& field);

  std::string_view rest_;
  bool good_ = true;
};

} // namespace parley::storage
