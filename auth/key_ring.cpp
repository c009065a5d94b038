#include "auth/key_ring.hpp"

#include "auth/sodium.hpp"
#include "base/check.hpp"

#include <algorithm>
#include <chrono>
#include <set>

namespace parley::auth {

namespace {

constexpr std::size_t secret_bytes_min = 32;

std::uint64_t big_endian(const std::uint8_t* bytes) {
  std::uint64_t out = 0;
  for (int i = 0; i < 8; ++i)
    out = (out << 8) | bytes[i];
  return out;
}

// Half of the secret's hash: two nodes that are given the same key call it the
// same.
std::string kid_of(std::string_view secret) {
  auto digest = sha256(secret);
  auto digits
    = base32_128(big_endian(digest.data()), big_endian(digest.data() + 8));
  return {digits.begin(), digits.end()};
}

// What conf/ bounds `auth.token_life` by.
constexpr std::chrono::milliseconds token_life_max = std::chrono::hours{24};

} // namespace

bool signing_key::dead(timestamp_ms now) const {
  auto end = ends_at != 0 ? ends_at : retired_at + token_life_max.count();
  return retired_at != 0 && now >= end;
}

result<key_ring> key_ring::make(std::vector<signing_key> keys) {
  std::set<std::string_view> seen;
  for (const auto& key : keys) {
    if (key.secret.size() < secret_bytes_min)
      return error{errc::corrupt, "a signing key's secret is too short"};
    if (key.kid.empty() || !seen.insert(key.kid).second)
      return error{errc::corrupt, "a signing key has no name of its own"};
  }
  key_ring out;
  out.keys_ = std::move(keys);
  return out;
}

key_ring key_ring::rotated(timestamp_ms now,
                           std::chrono::milliseconds token_life,
                           std::string secret) const {
  PARLEY_CHECK(secret.size() >= secret_bytes_min);
  auto kid = kid_of(secret);
  auto out = without_dead(now);
  std::erase_if(out.keys_, [&](auto& key) { return key.kid == kid; });
  for (auto& key : out.keys_) {
    if (key.retired_at != 0)
      continue;
    key.retired_at = now;
    key.ends_at = now + token_life.count();
  }
  out.keys_.push_back({std::move(kid), std::move(secret), now, 0});
  return out;
}

key_ring key_ring::without_dead(timestamp_ms now) const {
  auto out = *this;
  std::erase_if(out.keys_, [&](auto& key) { return key.dead(now); });
  return out;
}

key_ring key_ring::without_retired() const {
  auto out = *this;
  std::erase_if(out.keys_, [](auto& key) { return key.retired_at != 0; });
  return out;
}

const signing_key* key_ring::signer() const {
  const signing_key* newest = nullptr;
  for (const auto& key : keys_)
    if (key.retired_at == 0
        && (newest == nullptr || key.created_at >= newest->created_at))
      newest = &key;
  return newest;
}

const signing_key* key_ring::find(std::string_view kid) const {
  auto found = std::find_if(keys_.begin(), keys_.end(),
                            [&](const auto& key) { return key.kid == kid; });
  return found == keys_.end() ? nullptr : &*found;
}

} // namespace parley::auth
