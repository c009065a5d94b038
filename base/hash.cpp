#include "base/hash.hpp"

// Its code here: what is hashed is short, and a call costs as much.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace parley {

std::uint64_t hash64(std::string_view bytes) noexcept {
  return XXH64(bytes.data(), bytes.size(), 0);
}

} // namespace parley
