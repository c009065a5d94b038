#include "base/ids.hpp"

#include "base/check.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

namespace parley {

namespace {

constexpr std::string_view base32_alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t base32_size = 26;
constexpr std::size_t handle_size_min = 3;

bool is_handle_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_handle_char(char c) {
  return is_handle_start(c) || c == '_' || c == '.' || c == '-';
}

// 26 characters hold 130 bits: the first may only use three of its five.
bool is_base32_128(std::string_view text) {
  return text.size() == base32_size && text.front() <= '7'
         && text.find_first_not_of(base32_alphabet) == std::string_view::npos;
}

char letter_of(conversation_kind kind) {
  switch (kind) {
    case conversation_kind::direct: return 'd';
    case conversation_kind::group: return 'g';
    case conversation_kind::match: return 'm';
  }
  PARLEY_CHECK(!"a kind of conversation");
}

conversation_id make_id(conversation_kind kind, std::uint64_t high,
                        std::uint64_t low) {
  std::array<char, 2 + base32_size> text{letter_of(kind), '.'};
  auto digits = base32_128(high, low);
  std::copy(digits.begin(), digits.end(), text.begin() + 2);
  return conversation_id{std::string_view{text.data(), text.size()}};
}

std::uint64_t big_endian(const unsigned char* bytes) {
  std::uint64_t out = 0;
  for (int i = 0; i < 8; ++i)
    out = (out << 8) | bytes[i];
  return out;
}

conversation_id hashed_id(conversation_kind kind, std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  PARLEY_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr,
                          EVP_sha256(), nullptr)
               == 1);
  return make_id(kind, big_endian(digest.data()),
                 big_endian(digest.data() + 8));
}

std::string zero_ended(std::string_view first, std::string_view second) {
  std::string out;
  out.reserve(first.size() + second.size() + 2);
  out.append(first).push_back('\0');
  out.append(second).push_back('\0');
  return out;
}

} // namespace

std::optional<user_id> parse_user_id(std::string_view text) {
  if (text.size() < handle_size_min || text.size() > user_id::size_max
      || !is_handle_start(text.front())
      || !std::all_of(text.begin(), text.end(), is_handle_char)
      || parse_conversation_id(text))
    return std::nullopt;
  return user_id{text};
}

std::optional<conversation_id> parse_conversation_id(std::string_view text) {
  if (text.size() != conversation_id::size_max || text[1] != '.'
      || std::string_view{"dgm"}.find(text[0]) == std::string_view::npos
      || !is_base32_128(text.substr(2)))
    return std::nullopt;
  return conversation_id{text};
}

std::optional<family_id> parse_family_id(std::string_view text) {
  if (!is_base32_128(text))
    return std::nullopt;
  return family_id{text};
}

std::optional<conversation_kind> kind_of(const conversation_id& id) {
  switch (id.empty() ? '\0' : id.view().front()) {
    case 'd': return conversation_kind::direct;
    case 'g': return conversation_kind::group;
    case 'm': return conversation_kind::match;
    default: return std::nullopt;
  }
}

bool is_guest(const user_id& id) {
  return id.view().starts_with(guest_prefix);
}

conversation_id direct_conversation(const user_id& a, const user_id& b) {
  auto [first, second] = std::minmax(a, b);
  return hashed_id(conversation_kind::direct,
                   zero_ended(first.view(), second.view()));
}

conversation_id ulid_conversation(conversation_kind kind, timestamp_ms now,
                                  std::uint64_t random_high,
                                  std::uint64_t random_low) {
  auto time = static_cast<std::uint64_t>(now);
  return make_id(kind, (time << 16) | (random_high & 0xffff), random_low);
}

std::optional<timestamp_ms> time_of_match(const conversation_id& id) {
  if (kind_of(id) != conversation_kind::match
      || !parse_conversation_id(id.view()))
    return std::nullopt;
  constexpr std::size_t time_digits = 10;
  timestamp_ms time = 0;
  for (auto digit : id.view().substr(2, time_digits))
    time = time * 32 + static_cast<timestamp_ms>(base32_alphabet.find(digit));
  return time;
}

conversation_id named_group(const user_id& creator, std::string_view name) {
  return hashed_id(conversation_kind::group, zero_ended(creator.view(), name));
}

std::array<char, 26> base32_128(std::uint64_t high, std::uint64_t low) {
  std::array<char, base32_size> out{};
  for (auto i = base32_size; i-- > 0;) {
    out[i] = base32_alphabet[low & 31];
    low = (low >> 5) | (high << 59);
    high >>= 5;
  }
  return out;
}

} // namespace parley
