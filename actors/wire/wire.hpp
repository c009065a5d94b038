#pragma once

#include "actors/decision.hpp"
#include "actors/gateway.hpp"
#include "cluster/entity_key.hpp"

#include <caf/message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// What travels between nodes on behalf of entities, as bytes.
///
/// Nodes of version N and N+1 run together: a value is its number or its fields
/// in order, a struct stands behind its size. A reader passes over what follows
/// the fields it knows and leaves those that are absent at their defaults; only
/// appending is allowed. `decode` and `decode_into` take any bytes, and no more
/// memory than a fixed multiple of their size.
namespace parley::actors::wire {

// -- to an entity ------------------------------------------------------------

/// A request or a response that an entity of this node is to have.
struct routed {
  cluster::entity_key to;
  caf::message what;
};

/// A request that this node can't read, most likely because the sender is
/// newer. `why` is to be the answer, so that nobody waits for it in vain. Its
/// code is `unavailable`: the asker may try again, and finds a newer node.
struct refused {
  reply_address to;
  error why;
};

using arrival = std::variant<routed, refused>;

/// None for what never leaves a node: commits, ticks, wishes to stop.
std::optional<std::string> encode(const cluster::entity_key& to,
                                  const caf::message& what);

/// `received_us` takes the place of the request's `sent_us`, which is of the
/// sender's steady clock. `errc::corrupt` where not even the asker can be read.
/// A response that can't be read arrives as one with an error in it.
result<arrival> decode(std::string_view bytes, std::int64_t received_us);

// -- to the sessions of a node -----------------------------------------------

std::string encode(const call_address& to, const result<reply>& what);
std::string encode(const publication& what);
std::string encode(const presence_change& what);
std::string encode(const subscription& what);
std::string encode(const closing& what);
std::string encode(const silencing& what);
std::string encode(const session_signal& what);
std::string encode(const match_notice& what);
std::string encode(const settings_notice& what);

/// Makes the call of the gateway that the bytes say. `errc::corrupt` where it
/// can't be read. An answer of which only the address can be read becomes an
/// error, so that nobody waits for it in vain.
result<void> decode_into(std::string_view bytes, gateway& to);

} // namespace parley::actors::wire
