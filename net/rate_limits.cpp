#include "net/rate_limits.hpp"

#include "base/metrics.hpp"
#include "net/steady_ms.hpp"

#include <algorithm>

namespace parley::net {

namespace {

prometheus::Counter& refusals(const char* limit) {
  return metrics::counter("rate_limit_refusals_total",
                          "What was refused because a rate limit was reached.",
                          {{"limit", limit}});
}

result<void> verdict(std::uint32_t wait_ms, const char* detail,
                     prometheus::Counter& refused) {
  if (wait_ms == 0)
    return {};
  refused.Increment();
  return error{errc::rate_limited, detail, {}, wait_ms};
}

} // namespace

rate_limits::rate_limits(const rate_options& opts)
  : opts_(opts),
    connections_(opts.connections_per_address),
    auth_(opts.auth_per_address),
    refreshes_(opts.refresh_per_address),
    sign_ins_(opts.auth_per_user),
    messages_(opts.messages_per_user),
    user_units_(opts.units_per_user),
    address_units_(opts.units_per_address),
    held_(opts.connections_per_address_max),
    calls_(opts.http_calls_per_user_max),
    refused_connections_(refusals("connections_per_address")),
    refused_auth_(refusals("auth_per_address")),
    refused_refreshes_(refusals("refresh_per_address")),
    refused_messages_(refusals("messages_per_user")),
    refused_signals_(refusals("signals_per_session")),
    refused_user_units_(refusals("units_per_user")),
    refused_address_units_(refusals("units_per_address")),
    refused_calls_(refusals("http_calls_per_user_max")) {}

result<void> rate_limits::noted(result<void> drawn, const char* limit,
                                std::string_view address) {
  if (!drawn)
    refused_.note("rate_limited", address, {"limit", limit});
  return drawn;
}

result<void> rate_limits::draw_connection(std::string_view address) {
  return noted(verdict(connections_.take(address, steady_ms()),
                       "too many new connections from this address",
                       refused_connections_),
               "connections_per_address", address);
}

result<void> rate_limits::draw_auth(std::string_view address) {
  return noted(verdict(auth_.take(address, steady_ms()),
                       "too many attempts to sign in from this address",
                       refused_auth_),
               "auth_per_address", address);
}

result<void> rate_limits::draw_refresh(std::string_view address) {
  return noted(verdict(refreshes_.take(address, steady_ms()),
                       "too many renewals of sign-ins from this address",
                       refused_refreshes_),
               "refresh_per_address", address);
}

result<void> rate_limits::draw_message(const user_id& user) {
  return verdict(messages_.take(user.view(), steady_ms()),
                 "too many messages from this user", refused_messages_);
}

result<void> rate_limits::draw_units(const user_id& user,
                                     std::string_view address,
                                     std::uint32_t units) {
  auto now = steady_ms();
  if (units > 0)
    if (auto wait = user_units_.take(user.view(), now, units); wait > 0)
      return verdict(wait, "this user's calls touch too much",
                     refused_user_units_);
  auto wait = address_units_.take(address, now, std::max(units, 1U));
  if (wait > 0)
    user_units_.charge(user.view(), now, -static_cast<double>(units));
  return verdict(wait, "the calls from this address touch too much",
                 refused_address_units_);
}

void rate_limits::settle_units(const user_id& user, std::string_view address,
                               std::uint32_t taken, std::uint32_t touched) {
  if (taken == touched)
    return;
  auto now = steady_ms();
  auto more = static_cast<double>(touched) - static_cast<double>(taken);
  user_units_.charge(user.view(), now, more);
  address_units_.charge(address, now, more);
}

result<void> rate_limits::hold_call(const user_id& user) {
  constexpr std::uint32_t again_ms = 100;
  return verdict(calls_.add(user.view()) ? 0 : again_ms,
                 "too many calls of this user at once", refused_calls_);
}

void rate_limits::release_call(const user_id& user) {
  calls_.remove(user.view());
}

result<void> rate_limits::draw_signal(token_bucket& bucket) {
  return verdict(bucket.take(opts_.signals_per_session, steady_ms()),
                 "too many signals from this session", refused_signals_);
}

bool rate_limits::hold_connection(std::string_view address) {
  if (held_.add(address))
    return true;
  refused_connections_.Increment();
  return false;
}

void rate_limits::release_connection(std::string_view address) {
  held_.remove(address);
}

void rate_limits::sweep() {
  auto now = steady_ms();
  connections_.forget_full(now);
  auth_.forget_full(now);
  refreshes_.forget_full(now);
  sign_ins_.sweep();
  messages_.forget_full(now);
  user_units_.forget_full(now);
  address_units_.forget_full(now);
}

std::string address_key(const ip_address& address) {
  if (address.is_v4())
    return address.to_string();
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return boost::asio::ip::address_v6{bytes}.to_string() + "/64";
}

} // namespace parley::net
