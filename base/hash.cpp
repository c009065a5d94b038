#include "base/hash.hpp"

#include <xxhash.h>

namespace parley {

std::uint64_t hash64(std::string_view bytes) noexcept {
  return XXH64(bytes.data(), bytes.size(), 0);
}

} // namespace parley
