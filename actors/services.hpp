#pragma once

#include "actors/arrival_listener.hpp"
#include "actors/gateway.hpp"
#include "actors/message_screen.hpp"
#include "actors/trace.hpp"
#include "actors/user_call.hpp"
#include "actors/watchdog.hpp"
#include "base/clock.hpp"
#include "base/monotonic_clock.hpp"
#include "match/policy.hpp"

#include <chrono>
#include <map>
#include <string>

namespace parley::cluster {
class router;
}

namespace parley::actors {

/// How moderation looks at users.
struct moderation_rules {
  /// Messages that a report keeps, besides those that it names.
  std::uint32_t evidence_messages = 50;
  /// So many who report a user within `ban_within` have it banned for
  /// `ban_for`; 0 never does.
  std::uint32_t ban_reporters = 0;
  std::chrono::milliseconds ban_within = std::chrono::hours{24};
  std::chrono::milliseconds ban_for = std::chrono::hours{24};
  /// Only reports of accounts count for that which are so old, and have
  /// evidence of having met the user.
  std::chrono::milliseconds ban_account_age = std::chrono::hours{24};
  /// How long at most the address of a banned guest is kept out.
  std::chrono::milliseconds address_ban = std::chrono::hours{24};
  /// How long a report and its evidence are kept; 0 is for ever.
  std::chrono::milliseconds report_retention = std::chrono::days{365};
};

struct options {
  /// How long a user without a session still looks online.
  std::chrono::milliseconds offline_grace{15'000};
  /// Changes of presence within this are told as one.
  std::chrono::milliseconds presence_coalesce{250};
  /// Receipts within this are told as one a member.
  std::chrono::milliseconds receipt_coalesce{100};
  call_options calls = {};
  /// The queues where strangers meet, by name.
  std::map<std::string, match::policy> queues = {};
  moderation_rules moderation = {};
  /// How long a refresh token that was exchanged may come again, for the answer
  /// was lost.
  std::chrono::milliseconds refresh_grace{60'000};
  /// How long a sign-in lasts that is not renewed.
  std::chrono::milliseconds refresh_life = std::chrono::days{30};
};

/// What every entity needs of its node. Outlives the entities.
struct services {
  const clock& time;
  gateway& out;
  cluster::router& router;
  message_trace& trace;
  watchdog& dog;
  options opts;
  /// Null where nobody wants to know.
  arrival_listener* arrivals = nullptr;
  /// Null where messages are accepted as they come.
  message_screen* screen = nullptr;
  /// What timers go by.
  const clock* ticks = &monotonic_clock();
};

} // namespace parley::actors
