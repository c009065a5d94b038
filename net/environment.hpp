#pragma once

#include "auth/key_ring.hpp"
#include "net/admission.hpp"
#include "net/http_api.hpp"
#include "net/ice_servers.hpp"
#include "net/net_metrics.hpp"
#include "net/options.hpp"
#include "net/rate_limits.hpp"
#include "net/session_listener.hpp"
#include "net/tls_context.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace parley::cluster {
class router;
}

namespace parley::actors {
class message_trace;
}

namespace parley::net {

/// The keys that access tokens are verified with now. Called on network
/// threads.
using key_source = std::function<std::shared_ptr<const auth::key_ring>()>;

/// What the network needs of its node; all of it outlives the server.
struct server_parts {
  cluster::router& router;
  actors::message_trace& trace;
  rate_limits& limits;
  session_listener& sessions;
  key_source keys;
  const ice_servers& ice;
  http_api& client_api;
  http_api& ops_api;
};

/// What the network threads share.
struct environment {
  options opts;
  server_parts parts;
  net_metrics metrics = {};
  /// Null where clients speak without TLS.
  std::unique_ptr<tls_source> tls = {};
  admission clients{opts.connections_max, opts.told_connections_max,
                    parts.limits, metrics.connections};
  admission operators{opts.ops_connections_max, 0, parts.limits,
                      metrics.ops_connections};
  std::atomic<std::size_t> sessions = 0;
  std::atomic<bool> draining = false;
};

} // namespace parley::net
