#pragma once

#include "actors/messages.hpp"
#include "actors/replies.hpp"
#include "base/error.hpp"
#include "cluster/entity_key.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace parley::net::rpc {

using any_command
  = std::variant<actors::conversation_command, actors::user_command,
                 actors::directory_command, actors::queue_command,
                 actors::moderation_command>;

/// What a call comes down to: a command for an entity.
struct target {
  cluster::entity_key entity;
  any_command command;
};

/// What preparing a call may depend on besides its parameters.
struct context {
  user_id user;
  bool guest = false;
  timestamp_ms now = 0;
  /// 128 random bits, for ids that are made here.
  std::uint64_t random_high = 0;
  std::uint64_t random_low = 0;
};

/// Which rate limit a call draws from.
enum class rate_class : std::uint8_t { none, message, signal };

/// A method of PROTOCOL.md, section 6. The table of them is what sessions, the
/// HTTP calls and the OpenRPC document agree on.
struct method {
  std::string_view name;
  rate_class draws = rate_class::none;
  /// Guests may call it (and only in match conversations, see `prepare`).
  bool for_guests = false;
  /// Checks the parameters. Null for what a session does itself: session.open,
  /// session.ping, presence.unwatch, ice.servers.
  result<target> (*prepare)(const boost::json::object& params,
                            const context& with)
    = nullptr;
  /// Appends the result of the call as JSON.
  void (*write_result)(std::string& out, const actors::reply& what) = nullptr;
  /// Others hear of it: not for users who are muted.
  bool speaks = false;
};

/// Whether a user may who is muted until then; -1 is for good.
result<void> may_speak(timestamp_ms muted_until, timestamp_ms now);

/// All methods, by name.
std::span<const method> methods();

/// Null where there is none.
const method* find_method(std::string_view name);

} // namespace parley::net::rpc
