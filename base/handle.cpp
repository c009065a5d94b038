#include "base/handle.hpp"

#include <algorithm>
#include <string>

namespace parley {

std::optional<user_id> parse_handle(std::string_view text) {
  if (text.size() > user_id::size_max)
    return std::nullopt;
  std::string folded{text};
  std::transform(folded.begin(), folded.end(), folded.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return parse_user_id(folded);
}

} // namespace parley
