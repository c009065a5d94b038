#pragma once

#include "actors/messages.hpp"
#include "net/rpc/method_table.hpp"

namespace parley::cluster {
class entity_runner;
class router;
} // namespace parley::cluster

namespace parley::net {

/// Sends a command to its entity, which may be told by `by`, if there is one.
void dispatch(cluster::router& router, const actors::caller& from,
              const actors::reply_address& reply_to, rpc::target what,
              cluster::entity_runner* by = nullptr);

} // namespace parley::net
