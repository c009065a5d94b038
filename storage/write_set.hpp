#pragma once

#include "storage/keys.hpp"

#include <cstdint>
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

} // namespace parley::storage
