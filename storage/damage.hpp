#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::storage {

/// What of a shard's replica can't be trusted any more (docs/storage-format.md,
/// "Damage"). The values are stored.
enum class damage : std::uint8_t {
  /// The state; what was promised still holds.
  state = 1,
  /// The vote or the log, and with them what was promised.
  promises = 2
};

std::string encode(damage what);
std::optional<damage> decode_damage(std::string_view record);

} // namespace parley::storage
