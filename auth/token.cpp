#include "auth/token.hpp"

#include "auth/sodium.hpp"
#include "base/limits.hpp"

#include <jwt.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

namespace parley::auth {

namespace {

constexpr timestamp_ms ms_per_second = 1000;
// Nodes whose clocks differ, or that have yet to hear of a new key, may sign
// with the old one for a moment.
constexpr timestamp_ms clock_leeway = 10 * ms_per_second;
constexpr auto user_claim = "sub";
constexpr auto family_claim = "fam";
constexpr auto guest_claim = "gst";
constexpr auto issued_claim = "iat";
constexpr auto expires_claim = "exp";
constexpr auto key_header = "kid";

struct jwt_deleter {
  void operator()(jwt_t* token) const {
    jwt_free(token);
  }

  void operator()(char* text) const {
    std::free(text);
  }
};

using jwt_ptr = std::unique_ptr<jwt_t, jwt_deleter>;
using text_ptr = std::unique_ptr<char, jwt_deleter>;

int key_size(const signing_key& key) {
  return static_cast<int>(key.secret.size());
}

jwt_ptr make_jwt() {
  jwt_t* out = nullptr;
  jwt_new(&out);
  return jwt_ptr{out};
}

/// Null where the token is malformed or, given a key, not signed by it.
jwt_ptr decode(const std::string& token, const signing_key* key) {
  jwt_t* out = nullptr;
  auto* secret = key ? unsigned_data(key->secret) : nullptr;
  auto failure
    = jwt_decode(&out, token.c_str(), secret, key ? key_size(*key) : 0);
  return failure == 0 ? jwt_ptr{out} : nullptr;
}

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool is_token_shaped(std::string_view text) {
  return text.size() <= limits::access_token_bytes_max
         && std::all_of(text.begin(), text.end(), is_token_char);
}

std::string_view text_of(const char* text) {
  return text ? std::string_view{text} : std::string_view{};
}

error refused(const char* why) {
  return {errc::unauthenticated, why};
}

result<claims> read_claims(jwt_t* token) {
  auto user = parse_user_id(text_of(jwt_get_grant(token, user_claim)));
  auto family = parse_family_id(text_of(jwt_get_grant(token, family_claim)));
  auto guest = jwt_get_grant_bool(token, guest_claim);
  auto issued = jwt_get_grant_int(token, issued_claim);
  auto expires = jwt_get_grant_int(token, expires_claim);
  // Far below where milliseconds overflow, far above any time that we issue.
  constexpr long seconds_max = 1L << 40;
  if (!user || !family || guest < 0 || issued < 0 || issued > seconds_max
      || expires <= 0 || expires > seconds_max)
    return refused("token invalid");
  return claims{*user, *family, guest > 0, issued * ms_per_second,
                expires * ms_per_second};
}

} // namespace

result<std::string> issue(const key_ring& ring, const claims& who) {
  const auto* key = ring.signer();
  if (!key)
    return error{errc::unavailable, "no key to sign tokens with"};
  auto token = make_jwt();
  auto* raw = token.get();
  auto user = who.user.str();
  auto family = who.family.str();
  bool built
    = raw
      && jwt_set_alg(raw, JWT_ALG_HS256, unsigned_data(key->secret),
                     key_size(*key))
           == 0
      && jwt_add_header(raw, key_header, key->kid.c_str()) == 0
      && jwt_add_grant(raw, user_claim, user.c_str()) == 0
      && jwt_add_grant(raw, family_claim, family.c_str()) == 0
      && jwt_add_grant_bool(raw, guest_claim, who.guest) == 0
      && jwt_add_grant_int(raw, issued_claim, who.issued_at / ms_per_second)
           == 0
      && jwt_add_grant_int(raw, expires_claim, who.expires_at / ms_per_second)
           == 0;
  text_ptr text{built ? jwt_encode_str(raw) : nullptr};
  if (!text)
    return error{errc::internal, "a token could not be made"};
  return std::string{text.get()};
}

// The first reading only finds out which key to check the token with; nothing
// else in it is believed before the second. Read without a key, libjwt calls
// every algorithm "none", so the header itself is asked.
result<claims> verify(const key_ring& ring, std::string_view token,
                      timestamp_ms now) {
  if (!is_token_shaped(token))
    return refused("token invalid");
  std::string text{token};
  auto unverified = decode(text, nullptr);
  if (!unverified
      || text_of(jwt_get_header(unverified.get(), "alg")) != "HS256")
    return refused("token invalid");
  auto kid = text_of(jwt_get_header(unverified.get(), key_header));
  const auto* key = ring.find(kid);
  if (!key || key->dead(now))
    return refused("unknown key");
  auto verified = decode(text, key);
  if (!verified || jwt_get_alg(verified.get()) != JWT_ALG_HS256)
    return refused("token invalid");
  auto out = read_claims(verified.get());
  if (out && out->expires_at <= now)
    return refused("token expired");
  if (out && key->retired_at != 0
      && out->issued_at > key->retired_at + clock_leeway)
    return refused("token invalid");
  return out;
}

} // namespace parley::auth
