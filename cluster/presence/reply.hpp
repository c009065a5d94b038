#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cluster::presence {

/// What a Redis answers to a command.
struct reply {
  enum class kind : std::uint8_t { nothing, text, number, list, error };

  kind what = kind::nothing;
  /// Of an error, or a text.
  std::string text = {};
  std::int64_t number = 0;
  std::vector<reply> items = {};

  bool is_error() const {
    return what == kind::error;
  }
};

/// A text that `INFO` says, such as `run_id`.
std::optional<std::string> info_field(std::string_view info,
                                      std::string_view name);

/// Whether the error says that this Redis is not to be written to: a replica,
/// or one that has not started yet.
bool is_elsewhere(const reply& answer);

} // namespace parley::cluster::presence
