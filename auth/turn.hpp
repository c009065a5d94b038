#pragma once

#include "base/ids.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::auth {

/// What a TURN server that shares the secret lets in until the time in the
/// user's name.
struct turn_login {
  std::string username;
  std::string credential;
};

/// As in "A REST API For Access To TURN Services"
/// (draft-uberti-behave-turn-rest-00), which coturn's `use-auth-secret` checks:
/// `EXPIRY:USER`, in seconds since the epoch, and base64 of its HMAC-SHA1.
turn_login make_turn_login(std::string_view secret, const user_id& user,
                           std::int64_t expires_at_s);

} // namespace parley::auth
