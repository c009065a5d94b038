#pragma once

#include "base/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace parley::auth {

/// Bytes that nobody can foretell, from the system's generator. Safe from any
/// thread, like everything here.
std::string random_bytes(std::size_t count);

std::uint64_t random_u64();

/// Never seen before: 128 random bits.
family_id random_family();

/// `guest-` and 12 characters of base32: 60 random bits. Unlikely to be taken,
/// not impossible: a conflict is answered by asking for another.
user_id random_guest();

} // namespace parley::auth
