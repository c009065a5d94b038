#pragma once

#include "actors/replies.hpp"
#include "auth/token.hpp"
#include "base/clock.hpp"
#include "net/api/exchange.hpp"
#include "net/signing_keys.hpp"

#include <functional>
#include <string_view>

namespace parley::net {

/// Counts in `auth_failures_total{reason}`.
void count_auth_failure(std::string_view reason);

/// Finds out who a request comes from.
class bearer_check {
public:
  bearer_check(const signing_keys& keys, const clock& time)
    : keys_(keys), time_(time) {}

  /// What the request's token says; `unauthenticated` where it is not good.
  result<auth::claims> read(const exchange& request) const;

  /// Calls `then` for a bearer whose token is good and not revoked; answers
  /// anybody else.
  void admit(const exchange_ptr& request,
             std::function<void(const auth::claims&, const actors::account&)>
               then) const;

private:
  const signing_keys& keys_;
  const clock& time_;
};

} // namespace parley::net
