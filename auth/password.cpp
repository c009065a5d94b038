#include "auth/password.hpp"

#include "auth/random.hpp"
#include "auth/sodium.hpp"
#include "base/limits.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

namespace parley::auth {

namespace {

constexpr std::size_t character_bytes_max = 4;

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

// libsodium reads C strings, and never more than this many bytes of them.
bool is_hash_shaped(std::string_view text) {
  return text.size() < crypto_pwhash_STRBYTES
         && text.find('\0') == std::string_view::npos;
}

} // namespace

result<void> check_password(std::string_view password) {
  using namespace limits;
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

result<std::string> hash_password(std::string_view password,
                                  const password_cost& cost) {
  ensure_sodium();
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(),
                            cost.passes, cost.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13)
      != 0)
    return error{errc::unavailable, "no memory to hash a password"};
  return std::string{out.data()};
}

bool verify_password(std::string_view hash, std::string_view password) {
  ensure_sodium();
  return is_hash_shaped(hash)
         && crypto_pwhash_str_verify(std::string{hash}.c_str(), password.data(),
                                     password.size())
              == 0;
}

bool needs_rehash(std::string_view hash, const password_cost& cost) {
  ensure_sodium();
  return !is_hash_shaped(hash)
         || crypto_pwhash_str_needs_rehash(std::string{hash}.c_str(),
                                           cost.passes, cost.memory_bytes)
              != 0;
}

result<std::string> dummy_hash(const password_cost& cost) {
  return hash_password(random_bytes(32), cost);
}

} // namespace parley::auth
