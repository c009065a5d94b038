#pragma once

#include "base/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace parley::auth {

/// Bytes that nobody can foretell, from the system's generator. Safe from any
/// thread, like everything here.
std::string random_bytes(std::size_t count);

std::uint64_t random_u64();

/// The same numbers, drawn from the system in blocks: for one thread that needs
/// many.
class random_numbers {
public:
  std::uint64_t next();

private:
  std::array<std::uint64_t, 64> drawn_ = {};
  std::size_t left_ = 0;
};

/// Never seen before: 128 random bits.
family_id random_family();

/// `guest-` and 12 characters of base32: 60 random bits. Unlikely to be taken,
/// not impossible: a conflict is answered by asking for another.
user_id random_guest();

} // namespace parley::auth
