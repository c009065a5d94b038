#pragma once

#include <cstdint>
#include <string_view>

namespace parley {

/// XXH64 with seed 0 (https://github.com/Cyan4973/xxHash, "XXH64 algorithm
/// description"). Fixed for ever: it says in which shard a key lives and is
/// the checksum of records on disk.
std::uint64_t hash64(std::string_view bytes) noexcept;

} // namespace parley
