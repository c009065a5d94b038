#pragma once

#include "actors/messages.hpp"
#include "actors/replies.hpp"
#include "actors/rights_table.hpp"
#include "base/error.hpp"
#include "cluster/entity_key.hpp"
#include "net/rpc/price.hpp"

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

/// A method of the client protocol. The table of them is what sessions, the
/// HTTP calls and the OpenRPC document agree on. One that has no row in the
/// table of rights, or no price, does not compile.
struct method {
  using prepare_function = result<target> (*)(const boost::json::object& params,
                                              const context& with);
  using write_function = void (*)(std::string& out, const actors::reply& what);

  consteval method(std::string_view called, price priced,
                   prepare_function preparer, write_function writer)
    : name(called),
      right(actors::method_named(called)),
      costs(priced),
      prepare(preparer),
      write_result(writer) {}

  std::string_view name;
  /// Its row in the table of rights.
  actors::method_id right;
  /// What a call costs; there is none by default.
  price costs;
  /// Checks the parameters. Null for what a session does itself: session.open,
  /// session.ping, presence.unwatch, ice.servers.
  prepare_function prepare;
  /// Appends the result of the call as JSON.
  write_function write_result;
};

/// A caller as the transports know it.
struct standing {
  bool is_guest = false;
  bool is_muted = false;
  bool over_http = false;
};

/// Whether somebody is muted now who is until then; -1 is for good.
bool is_muted(timestamp_ms muted_until, timestamp_ms now);

/// What the table of rights says of the caller. Whether the guest of a match
/// names a match is for `prepare` to check, and the caller's relation to a
/// conversation for its owner.
result<void> may_call(const method& called, const standing& caller);

/// All methods, by name.
std::span<const method> methods();

/// Null where there is none.
const method* find_method(std::string_view name);

} // namespace parley::net::rpc
