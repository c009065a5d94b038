#pragma once

#include "actors/messages.hpp"
#include "net/rpc/method_table.hpp"

namespace parley::cluster {
class router;
}

namespace parley::net {

/// Sends a command to its entity.
void dispatch(cluster::router& router, const actors::caller& from,
              const actors::reply_address& reply_to, rpc::target what);

} // namespace parley::net
