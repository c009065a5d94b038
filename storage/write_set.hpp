#pragma once

#include "storage/keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::storage {

/// The exact writes that record one decision. Applied whole or not at all, and
/// carried as bytes to whoever replicates the shard.
class write_set {
public:
  struct operation {
    std::string key;
    /// The record; empty for an erase.
    std::string value;
    bool erase = false;
  };

  void put(std::string key, std::string record);
  void erase(std::string key);

  bool empty() const {
    return operations_.empty();
  }

  /// Keys and values together: what it costs a queue to hold it.
  std::size_t bytes() const {
    return bytes_;
  }

  const std::vector<operation>& operations() const {
    return operations_;
  }

private:
  std::vector<operation> operations_;
  std::size_t bytes_ = 0;
};

/// Appends the set to others (docs/storage-format.md, "Write sets").
void encode(const write_set& set, std::string& to);

/// Whether the bytes are what `encode` made of writes to keys of this range.
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
