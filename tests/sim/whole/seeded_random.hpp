#pragma once

#include <cstdint>

namespace parley::sim {

/// From now on all that asks libsodium for random bytes, such as `auth/random`,
/// is given those of the seed. For one thread.
void seed_random_bytes(std::uint64_t seed);

} // namespace parley::sim
