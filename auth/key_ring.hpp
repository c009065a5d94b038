#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace parley::auth {

/// One key for tokens. What is stored and sent to other nodes.
struct signing_key {
  /// Names the key in a token's header; says nothing of the secret.
  std::string kid = {};
  /// At least 32 bytes.
  std::string secret = {};
  timestamp_ms created_at = 0;
  /// Since when it only verifies; 0 while it may sign.
  timestamp_ms retired_at = 0;
  /// When the last token that it signed has ended. 0 while it may sign, and of
  /// keys that an earlier version retired: then it is a day after that, the
  /// longest that a token can live.
  timestamp_ms ends_at = 0;

  /// Whether a token can be good that it signed.
  bool dead(timestamp_ms now) const;

  friend bool operator==(const signing_key&, const signing_key&) = default;
};

/// The keys that tokens are signed and verified with. Never changes: share one
/// by `shared_ptr<const key_ring>` and put another in its place. A ring without
/// keys signs and verifies nothing.
class key_ring {
public:
  key_ring() = default;

  /// `corrupt` where a secret is short, or a kid empty or there twice.
  static result<key_ring> make(std::vector<signing_key> keys);

  /// This ring with a new key made of `secret`, which must be 32 random bytes
  /// or more. The others are retired at `now`, and verify nothing once no token
  /// that they signed can be good any more.
  key_ring rotated(timestamp_ms now, std::chrono::milliseconds token_life,
                   std::string secret) const;

  /// This ring without the keys that verify nothing any more.
  key_ring without_dead(timestamp_ms now) const;

  /// This ring without all that are retired: what they signed is refused from
  /// now on.
  key_ring without_retired() const;

  /// The newest key that is not retired, or null.
  const signing_key* signer() const;

  /// The key of that name, dead or not, or null.
  const signing_key* find(std::string_view kid) const;

  const std::vector<signing_key>& keys() const {
    return keys_;
  }

private:
  std::vector<signing_key> keys_;
};

} // namespace parley::auth
