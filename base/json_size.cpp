#include "base/json_size.hpp"

namespace parley {

std::size_t json_size(std::string_view text) {
  constexpr std::size_t quotes = 2;
  std::size_t added = 0;
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    auto is_control = byte < 0x20U;
    // \b, \t, \n, \f and \r.
    auto is_short = byte >= 0x08U && byte <= 0x0dU && byte != 0x0bU;
    auto is_escaped = byte == '"' || byte == '\\';
    added
      += (is_control ? 5U : 0U) - (is_short ? 4U : 0U) + (is_escaped ? 1U : 0U);
  }
  return quotes + text.size() + added;
}

} // namespace parley
