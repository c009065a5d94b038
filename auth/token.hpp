#pragma once

#include "auth/key_ring.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

#include <string>
#include <string_view>

namespace parley::auth {

/// What an access token says of its bearer. Times are whole seconds in the
/// token: what is below a second is cut off.
struct claims {
  user_id user = {};
  family_id family = {};
  bool guest = false;
  timestamp_ms issued_at = 0;
  timestamp_ms expires_at = 0;

  friend bool operator==(const claims&, const claims&) = default;
};

/// A JWT (RFC 7519) signed with HS256 by the ring's signer, named in `kid`.
/// `unavailable` where the ring has none.
result<std::string> issue(const key_ring& ring, const claims& who);

/// What `token` says, if a key of the ring signed it and `now` is before its
/// end. A retired key verifies only what it signed until then, and nothing once
/// all of that has ended. Otherwise `unauthenticated` with one of the details
/// "token expired", "unknown key", or "token invalid" for everything else, be
/// it forged, of another algorithm, cut short or longer than 4 KiB.
result<claims> verify(const key_ring& ring, std::string_view token,
                      timestamp_ms now);

} // namespace parley::auth
