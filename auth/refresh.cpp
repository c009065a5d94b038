#include "auth/refresh.hpp"

#include "auth/random.hpp"
#include "auth/sodium.hpp"
#include "base/limits.hpp"

#include <sodium.h>

#include <array>

namespace parley::auth {

namespace {

constexpr char separator = '~';
constexpr std::size_t secret_size = 32;
constexpr std::size_t secret_text_size = 43;
constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

static_assert(sodium_base64_ENCODED_LEN(secret_size, variant)
              == secret_text_size + 1);

std::optional<std::string> decode_secret(std::string_view text) {
  if (text.size() != secret_text_size)
    return std::nullopt;
  std::array<unsigned char, secret_size> out{};
  std::size_t size = 0;
  if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(),
                        nullptr, &size, nullptr, variant)
        != 0
      || size != secret_size)
    return std::nullopt;
  return std::string{out.begin(), out.end()};
}

} // namespace

refresh_token make_refresh_token(const user_id& user, const family_id& family) {
  return {user, family, random_bytes(secret_size)};
}

std::string to_string(const refresh_token& token) {
  std::array<char, secret_text_size + 1> secret{};
  sodium_bin2base64(secret.data(), secret.size(), unsigned_data(token.secret),
                    token.secret.size(), variant);
  std::string out = token.user.str();
  out += separator;
  out += token.family.view();
  out += separator;
  out += secret.data();
  return out;
}

std::optional<refresh_token> parse_refresh_token(std::string_view text) {
  if (text.size() > limits::refresh_token_bytes_max)
    return std::nullopt;
  auto first = text.find(separator);
  auto second = text.rfind(separator);
  if (first == std::string_view::npos || first == second)
    return std::nullopt;
  auto user = parse_user_id(text.substr(0, first));
  auto family = parse_family_id(text.substr(first + 1, second - first - 1));
  auto secret = decode_secret(text.substr(second + 1));
  if (!user || !family || !secret)
    return std::nullopt;
  refresh_token out{*user, *family, std::move(*secret)};
  // libsodium 1.0.18 takes some bytes above 127 for base64.
  if (to_string(out) != text)
    return std::nullopt;
  return out;
}

std::string hash_of(const refresh_token& token) {
  ensure_sodium();
  auto digest = sha256(token.secret);
  return {digest.begin(), digest.end()};
}

bool same_hash(std::string_view a, std::string_view b) {
  return a.size() == b.size()
         && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace parley::auth
