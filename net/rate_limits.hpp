#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/ip_network.hpp"
#include "net/options.hpp"
#include "net/rate_table.hpp"
#include "net/refusal_log.hpp"
#include "net/sign_in_guard.hpp"

#include <prometheus/counter.h>

#include <string>
#include <string_view>

namespace parley::net {

/// The node's rate limits that sessions and HTTP calls share. Each draw fails
/// with `rate_limited`, saying when to come again, and is counted in
/// `rate_limit_refusals_total`. Safe to call from any thread.
///
/// Addresses are what `address_key` makes of them.
class rate_limits {
public:
  explicit rate_limits(const rate_options& opts);

  result<void> draw_connection(std::string_view address);
  result<void> draw_auth(std::string_view address);
  /// For renewing a sign-in, which costs no hashing of a password: many who
  /// share an address must be able to do so all day.
  result<void> draw_refresh(std::string_view address);
  result<void> draw_message(const user_id& user);

  /// Takes the units of a call from what the user and the address may touch. An
  /// address pays one even for what costs its user none.
  result<void> draw_units(const user_id& user, std::string_view address,
                          std::uint32_t units);
  /// What a call has touched differs from what was taken for it.
  void settle_units(const user_id& user, std::string_view address,
                    std::uint32_t taken, std::uint32_t touched);

  /// Counts one more HTTP call of the user under way, up to the bound. What
  /// was counted is given back when the answer has been written.
  result<void> hold_call(const user_id& user);
  void release_call(const user_id& user);

  /// For the bucket that each session has of its own.
  result<void> draw_signal(token_bucket& bucket);

  /// What is to be asked, besides `draw_auth`, for a user by name.
  sign_in_guard& sign_ins() {
    return sign_ins_;
  }

  /// Where it is logged who was refused.
  refusal_log& refused() {
    return refused_;
  }

  /// Counts one more connection of the address, up to the bound. True where it
  /// was counted and has to be given back.
  bool hold_connection(std::string_view address);
  void release_connection(std::string_view address);

  /// Forgets what says nothing any more. Called every second or so.
  void sweep();

private:
  result<void> noted(result<void> drawn, const char* limit,
                     std::string_view address);

  rate_options opts_;
  rate_table connections_;
  rate_table auth_;
  rate_table refreshes_;
  sign_in_guard sign_ins_;
  refusal_log refused_;
  rate_table messages_;
  rate_table user_units_;
  rate_table address_units_;
  count_table held_;
  count_table calls_;
  prometheus::Counter& refused_connections_;
  prometheus::Counter& refused_auth_;
  prometheus::Counter& refused_refreshes_;
  prometheus::Counter& refused_messages_;
  prometheus::Counter& refused_signals_;
  prometheus::Counter& refused_user_units_;
  prometheus::Counter& refused_address_units_;
  prometheus::Counter& refused_calls_;
};

/// What limits go by: an IPv4 address, or the /64 network of an IPv6 address,
/// for that is what one subscriber has.
std::string address_key(const ip_address& address);

} // namespace parley::net
