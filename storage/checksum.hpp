#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

/// The checksum that each value ends with (docs/storage-format.md, "Values").
namespace parley::storage {

inline constexpr std::size_t checksum_size = 8;

/// What follows `record` in the value under `key`.
std::array<char, checksum_size> checksum_of(std::string_view key,
                                            std::string_view record);

/// The record that `value` holds under `key`; none if it is damaged.
std::optional<std::string_view> checked_record(std::string_view key,
                                               std::string_view value);

} // namespace parley::storage
