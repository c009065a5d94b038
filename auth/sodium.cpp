#include "auth/sodium.hpp"

#include "base/check.hpp"

#include <sodium.h>

namespace parley::auth {

void ensure_sodium() {
  static const int status = sodium_init();
  PARLEY_CHECK(status >= 0);
}

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  std::array<std::uint8_t, 32> out{};
  static_assert(out.size() == crypto_hash_sha256_BYTES);
  crypto_hash_sha256(out.data(), unsigned_data(bytes), bytes.size());
  return out;
}

const unsigned char* unsigned_data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

} // namespace parley::auth
