#pragma once

#include "base/hash.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace parley::hostile {

/// One number for some words and numbers in order.
template <class... Parts>
std::uint64_t hash_of(const Parts&... parts) {
  std::string text;
  ((text += fmt::format("{}\n", parts)), ...);
  return hash64(text);
}

} // namespace parley::hostile
