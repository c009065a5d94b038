#include "net/api/bearer.hpp"

#include "base/metrics.hpp"

#include <array>
#include <string>
#include <utility>

namespace parley::net {

namespace {

prometheus::Counter& auth_failures(std::string_view reason) {
  return metrics::counter("auth_failures_total", "Refused tokens and passwords",
                          {{"reason", std::string{reason}}});
}

// Counters are there from the start, so that the first event is an increase.
[[maybe_unused]] const std::array known_failures{
  &auth_failures("bad_refresh_token"), &auth_failures("bad_token"),
  &auth_failures("no_token"),          &auth_failures("ops_token"),
  &auth_failures("revoked"),           &auth_failures("wrong_password")};

} // namespace

void count_auth_failure(std::string_view reason) {
  auth_failures(reason).Increment();
}

result<auth::claims> bearer_check::read(const exchange& request) const {
  auto token = request.bearer();
  if (token.empty()) {
    count_auth_failure("no_token");
    return error{errc::unauthenticated, "a bearer token is needed"};
  }
  auto who = auth::verify(*keys_.now(), token, time_.now_ms());
  if (!who)
    count_auth_failure("bad_token");
  return who;
}

void bearer_check::admit(
  const exchange_ptr& request,
  std::function<void(const auth::claims&, const actors::account&)> then) const {
  auto who = read(*request);
  if (!who)
    return request->answer_error(who.error());
  request->with().port.call(
    actors::caller{who->user},
    rpc::target{cluster::key_of(who->user),
                actors::user_command{actors::check_family{who->family}}},
    [request, who = *who,
     then = std::move(then)](const result<actors::reply>& reply) {
      if (reply)
        return then(who, std::get<actors::account>(*reply));
      auto why = reply.error();
      if (why.code == errc::not_found)
        why = {errc::unauthenticated, "no such user"};
      if (why.code != errc::unavailable)
        count_auth_failure("revoked");
      request->answer_error(why);
    });
}

} // namespace parley::net
