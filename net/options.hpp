#pragma once

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/token_bucket.hpp"
#include "cluster/entity_key.hpp"
#include "net/forwarded.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace parley::net {

using std::chrono::milliseconds;

/// Where to listen: an IP address, and a port or 0 for one that the system
/// picks.
struct endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Files in PEM; no TLS where `certificate_file` is empty.
struct tls_options {
  std::string certificate_file = {};
  std::string key_file = {};

  bool enabled() const {
    return !certificate_file.empty();
  }
};

struct rate_options {
  rate connections_per_address{10, 50};
  /// Connections of one address at a time.
  std::size_t connections_per_address_max = 1000;
  rate auth_per_address{1, 20};
  rate messages_per_user{20, 100};
  rate signals_per_session{50, 100};
  rate refresh_per_address{50, 500};
  /// Attempts to sign in as one user from addresses where it has never been.
  rate auth_per_user{0.1, 20};
  /// What the calls of a user, and of an address, may touch; see `rpc::price`.
  rate units_per_user{2'000, 50'000};
  rate units_per_address{100'000, 1'000'000};
  /// HTTP calls of one user under way at a time.
  std::size_t http_calls_per_user_max = 64;
};

struct options {
  node_id node = 1;
  std::string node_name = "n1";
  /// Of the whole cluster.
  std::uint32_t shards = cluster::shards_default;
  endpoint client{"127.0.0.1", 8080};
  endpoint ops{"127.0.0.1", 9090};
  tls_options tls = {};
  /// Origins of other hosts' pages that may use this node, such as
  /// `https://chat.example.org`; "*" is any. A page that came from this node
  /// always may, and so may a client that sends no `Origin`.
  std::vector<std::string> allowed_origins = {};
  proxy_options proxies = {};
  /// Network threads.
  std::size_t workers = 1;

  milliseconds heartbeat{25'000};
  /// For a TLS handshake, a request's header and its body.
  milliseconds handshake_timeout{10'000};
  milliseconds auth_timeout{10'000};
  /// How long an HTTP connection may stay without a request.
  milliseconds idle_timeout{75'000};
  /// For reading all of an HTTP answer.
  milliseconds response_timeout{60'000};
  /// A session that has read nothing of what waits for it in so long is closed.
  milliseconds stall_timeout{30'000};
  milliseconds call_timeout{10'000};
  /// How long after a shard's owner was lost those of its users have come back
  /// who are going to.
  milliseconds absence_after{20'000};

  std::size_t frame_bytes_max = std::size_t{64} * 1024;
  /// Of a request's line and header; a single sign-on's cookies take half.
  std::uint32_t head_bytes_max = std::uint32_t{16} * 1024;
  std::size_t body_bytes_max = std::size_t{64} * 1024;
  std::size_t outbound_bytes_max = std::size_t{1024} * 1024;
  std::size_t pending_calls_max = 128;
  std::size_t connections_max = 19'000;
  /// Refused connections that are told why, at a time.
  std::size_t told_connections_max = 100;
  std::size_t ops_connections_max = 100;
  std::uint32_t json_depth = limits::json_depth_default;
  rate_options rates = {};
};

} // namespace parley::net
