#include "net/sign_in_guard.hpp"

#include "auth/random.hpp"
#include "base/hash.hpp"
#include "base/metrics.hpp"
#include "net/steady_ms.hpp"

#include <string>
#include <utility>

namespace parley::net {

namespace {

// What addresses and handles hash to must not be known to who chooses them.
std::uint64_t pair_of(const std::string& salt, const user_id& user,
                      std::string_view address) {
  auto both = salt + user.str();
  both += '\0';
  both += address;
  return hash64(both);
}

} // namespace

sign_in_guard::sign_in_guard(const rate& per_user)
  : salt_(auth::random_bytes(16)),
    attempts_(per_user),
    refused_(
      metrics::counter("rate_limit_refusals_total",
                       "What was refused because a rate limit was reached.",
                       {{"limit", "auth_per_user"}})) {}

bool sign_in_guard::knows(const user_id& user, std::string_view address) const {
  auto both = pair_of(salt_, user, address);
  std::lock_guard lock{guard_};
  return recent_.contains(both) || older_.contains(both);
}

result<void> sign_in_guard::draw(const user_id& user,
                                 std::string_view address) {
  if (knows(user, address))
    return {};
  auto wait_ms = attempts_.take(user.view(), steady_ms());
  if (wait_ms == 0)
    return {};
  refused_.Increment();
  return error{errc::rate_limited,
               "too many attempts to sign in as this user",
               {},
               wait_ms};
}

void sign_in_guard::remember(const user_id& user, std::string_view address) {
  auto both = pair_of(salt_, user, address);
  std::lock_guard lock{guard_};
  recent_.insert(both);
  if (recent_.size() < known_addresses_max / 2)
    return;
  older_ = std::exchange(recent_, {});
}

void sign_in_guard::sweep() {
  attempts_.forget_full(steady_ms());
}

} // namespace parley::net
