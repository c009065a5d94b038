#pragma once

#include "base/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace parley::auth {

/// What a client exchanges for a new pair of tokens, written
/// `HANDLE~FAMILY~SECRET`: whose it is and of which sign-in can be read from
/// it, so that its family is found without an index. The secret is 32 random
/// bytes.
struct refresh_token {
  user_id user = {};
  family_id family = {};
  std::string secret = {};

  friend bool operator==(const refresh_token&, const refresh_token&) = default;
};

/// A token with a secret that has never been used.
refresh_token make_refresh_token(const user_id& user, const family_id& family);

/// The text that clients keep, the secret as base64url without padding.
std::string to_string(const refresh_token& token);

/// Reads what `to_string` writes, and nothing else.
std::optional<refresh_token> parse_refresh_token(std::string_view text);

/// What is stored in the token's place: SHA-256 of its secret, 32 bytes. A
/// secret of 256 random bits needs no salt and no slow hash.
std::string hash_of(const refresh_token& token);

/// Whether two hashes are the same, in a time that does not say where they
/// differ.
bool same_hash(std::string_view a, std::string_view b);

} // namespace parley::auth
