#include "auth/turn.hpp"

#include "auth/sodium.hpp"
#include "base/check.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>

namespace parley::auth {

namespace {

constexpr std::size_t turn_digest_size = 20;
constexpr int turn_variant = sodium_base64_VARIANT_ORIGINAL;

std::string hmac_sha1(std::string_view secret, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const auto* done
    = HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
           unsigned_data(text), text.size(), digest.data(), &size);
  PARLEY_CHECK(done != nullptr && size == turn_digest_size);
  std::array<char, sodium_base64_ENCODED_LEN(turn_digest_size, turn_variant)>
    out{};
  sodium_bin2base64(out.data(), out.size(), digest.data(), size, turn_variant);
  return out.data();
}

} // namespace

turn_login make_turn_login(std::string_view secret, const user_id& user,
                           std::int64_t expires_at_s) {
  turn_login out;
  out.username = std::to_string(expires_at_s) + ":" + user.str();
  out.credential = hmac_sha1(secret, out.username);
  return out;
}

} // namespace parley::auth
