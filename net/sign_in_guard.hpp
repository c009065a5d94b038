#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "net/rate_table.hpp"

#include <prometheus/counter.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace parley::net {

/// Users and addresses that a node remembers to have signed in from there.
inline constexpr std::size_t known_addresses_max = 200'000;

/// Slows those who guess one user's password from many addresses, without
/// keeping out the user: an address from which the user has signed in, or
/// renewed a sign-in, is not slowed by what others try. Which those are is kept
/// in memory, so a node that has started learns them anew as clients renew
/// their tokens. Safe to call from any thread.
///
/// Addresses are what `address_key` makes of them.
class sign_in_guard {
public:
  explicit sign_in_guard(const rate& per_user);

  /// Whether the user has come from there before.
  bool knows(const user_id& user, std::string_view address) const;

  /// To be asked before a password is looked at. `rate_limited` where others
  /// have tried too often; always fine from a known address. Says nothing of
  /// whether there is such a user.
  result<void> draw(const user_id& user, std::string_view address);

  /// The user has signed in from there.
  void remember(const user_id& user, std::string_view address);

  /// Forgets what says nothing any more. Called every second or so.
  void sweep();

private:
  const std::string salt_;
  rate_table attempts_;
  prometheus::Counter& refused_;
  mutable std::mutex guard_;
  /// Hashes of user and address. What has not been seen since the last time
  /// that `recent_` was full is forgotten.
  std::unordered_set<std::uint64_t> recent_;
  std::unordered_set<std::uint64_t> older_;
};

} // namespace parley::net
