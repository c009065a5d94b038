#include "auth/address.hpp"

#include "auth/sodium.hpp"

#include <sodium.h>

#include <array>

namespace parley::auth {

std::string hash_of_address(std::string_view salt, std::string_view address) {
  ensure_sodium();
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, unsigned_data(salt), salt.size());
  crypto_auth_hmacsha256_update(&state, unsigned_data(address), address.size());
  crypto_auth_hmacsha256_final(&state, digest.data());
  std::array<char, 2 * digest.size() + 1> text{};
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  return text.data();
}

} // namespace parley::auth
