#pragma once

#include "actors/arrival_listener.hpp"
#include "actors/gateway.hpp"
#include "actors/trace.hpp"
#include "actors/user_call.hpp"
#include "actors/watchdog.hpp"
#include "base/clock.hpp"
#include "match/policy.hpp"

#include <chrono>
#include <map>
#include <string>

namespace parley::cluster {
class router;
}

namespace parley::actors {

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
};

} // namespace parley::actors
