#include "tests/hostile/canary.hpp"

#include <fmt/format.h>

#include <charconv>

namespace parley::hostile {

std::string canary_book::make(const canary& what) {
  all_.push_back(what);
  return text_of(what.kind, static_cast<std::uint32_t>(all_.size() - 1));
}

std::string canary_book::text_of(secret kind, std::uint32_t index) {
  return fmt::format("{}{}{:08x}q", mark, static_cast<char>(kind), index);
}

std::uint32_t canary_book::index_of(std::string_view text) {
  if (text.size() < size_of_text || text[size_of_text - 1] != 'q')
    return nobody;
  std::uint32_t out = 0;
  const auto* from = text.data() + mark.size() + 1;
  const auto* to = text.data() + size_of_text - 1;
  auto [end, failed] = std::from_chars(from, to, out, 16);
  return failed == std::errc{} && end == to ? out : nobody;
}

} // namespace parley::hostile
