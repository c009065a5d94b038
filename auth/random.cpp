#include "auth/random.hpp"

#include "auth/sodium.hpp"

#include <sodium.h>

#include <utility>

namespace parley::auth {

std::string random_bytes(std::size_t count) {
  ensure_sodium();
  std::string out(count, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

std::uint64_t random_u64() {
  ensure_sodium();
  std::uint64_t out = 0;
  randombytes_buf(&out, sizeof out);
  return out;
}

std::uint64_t random_numbers::next() {
  if (left_ == 0) {
    ensure_sodium();
    randombytes_buf(drawn_.data(), sizeof drawn_);
    left_ = drawn_.size();
  }
  // What was given out is not to be found in memory.
  return std::exchange(drawn_[--left_], 0);
}

family_id random_family() {
  auto digits = base32_128(random_u64(), random_u64());
  return family_id{std::string_view{digits.data(), digits.size()}};
}

user_id random_guest() {
  constexpr std::size_t characters = 12;
  // The last digits: the first holds only three bits.
  auto digits = base32_128(random_u64(), random_u64());
  std::string handle{guest_prefix};
  handle.append(digits.end() - characters, digits.end());
  return user_id{handle};
}

} // namespace parley::auth
