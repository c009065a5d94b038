#include "auth/password.hpp"

#include "auth/random.hpp"
#include "auth/sodium.hpp"
#include "base/limits.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace parley::auth {

namespace {

constexpr std::size_t character_bytes_max = 4;
// More than any password has, in any form.
constexpr std::size_t canonical_bytes_max = 8192;

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

// libsodium reads C strings, and never more than this many bytes of them.
bool is_hash_shaped(std::string_view text) {
  return text.size() < crypto_pwhash_STRBYTES
         && text.find('\0') == std::string_view::npos;
}

/// The text with its kinds of space made plain ones, or nothing where it is not
/// UTF-8.
std::optional<icu::UnicodeString> with_plain_spaces(std::string_view text) {
  icu::UnicodeString out;
  auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 point = 0;
    U8_NEXT(text.data(), at, size, point);
    if (point < 0)
      return std::nullopt;
    out.append(u_charType(point) == U_SPACE_SEPARATOR ? UChar32{' '} : point);
  }
  return out;
}

} // namespace

std::string canonical_password(std::string_view password) {
  std::string same{password};
  auto plain = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (password.size() > canonical_bytes_max
      || std::all_of(password.begin(), password.end(), plain))
    return same;
  auto text = with_plain_spaces(password);
  auto failed = U_ZERO_ERROR;
  const auto* nfc = icu::Normalizer2::getNFCInstance(failed);
  if (!text || U_FAILURE(failed))
    return same;
  auto composed = nfc->normalize(*text, failed);
  if (U_FAILURE(failed))
    return same;
  std::string out;
  composed.toUTF8String(out);
  return out;
}

result<void> check_password(std::string_view given) {
  using namespace limits;
  auto password = canonical_password(given);
  auto count = static_cast<std::size_t>(
    std::count_if(password.begin(), password.end(), starts_character));
  if (count < password_characters_min || count > password_characters_max
      || password.size() > password_characters_max * character_bytes_max)
    return error{errc::bad_params,
                 fmt::format("a password has {} to {} characters",
                             password_characters_min, password_characters_max),
                 "password"};
  return {};
}

result<std::string> hash_password(std::string_view given,
                                  const password_cost& cost) {
  ensure_sodium();
  auto password = canonical_password(given);
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(),
                            cost.passes, cost.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13)
      != 0)
    return error{errc::unavailable, "no memory to hash a password"};
  return std::string{out.data()};
}

bool verify_bytes(std::string_view hash, std::string_view password) {
  ensure_sodium();
  return is_hash_shaped(hash)
         && crypto_pwhash_str_verify(std::string{hash}.c_str(), password.data(),
                                     password.size())
              == 0;
}

bool verify_password(std::string_view hash, std::string_view password) {
  auto canonical = canonical_password(password);
  return verify_bytes(hash, canonical)
         || (canonical != password && verify_bytes(hash, password));
}

bool needs_rehash(std::string_view hash, const password_cost& cost) {
  ensure_sodium();
  return !is_hash_shaped(hash)
         || crypto_pwhash_str_needs_rehash(std::string{hash}.c_str(),
                                           cost.passes, cost.memory_bytes)
              != 0;
}

password_check check_password_against(std::string_view hash,
                                      std::string_view password,
                                      const password_cost& cost) {
  auto canonical = canonical_password(password);
  password_check out;
  out.right = verify_bytes(hash, canonical);
  auto outdated = needs_rehash(hash, cost);
  if (!out.right && canonical != password) {
    out.right = verify_bytes(hash, password);
    outdated = true;
  }
  if (out.right && outdated)
    if (auto again = hash_password(canonical, cost))
      out.rehashed = std::move(*again);
  return out;
}

result<std::string> dummy_hash(const password_cost& cost) {
  return hash_password(random_bytes(32), cost);
}

} // namespace parley::auth
