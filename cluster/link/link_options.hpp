#pragma once

#include "base/ids.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace parley::cluster::link {

using std::chrono::milliseconds;

/// Which versions of the protocol between nodes this program speaks. Two nodes
/// use the highest that both do.
inline constexpr std::uint16_t version_min = 1;
inline constexpr std::uint16_t version_max = 1;

/// A shorter secret could be found out from one recorded handshake.
inline constexpr std::size_t secret_bytes_min = 16;

struct link_options {
  /// HOST:PORT, a numeric host; port 0 lets the system pick.
  std::string listen = "127.0.0.1:0";
  std::string cluster_name = {};
  /// At least `secret_bytes_min`, the same on every node.
  std::string secret = {};

  /// Bytes that may wait for one peer, in each class.
  std::size_t urgent_bytes_max = std::size_t{8} << 20;
  std::size_t normal_bytes_max = std::size_t{32} << 20;
  std::size_t bulk_bytes_max = std::size_t{4} << 20;

  /// A link over which nothing was sent for so long sends a ping.
  milliseconds ping_every{250};
  /// A link over which nothing came for so long is down.
  milliseconds down_after{1000};
  /// Between two attempts to reach a peer, at most.
  milliseconds redial_max{1000};
  milliseconds connect_timeout{1000};
  /// Until the other side has proved who it is.
  milliseconds handshake_timeout{5000};
  /// For an answer to a request of the other side.
  milliseconds answer_timeout{10'000};
  /// Connections that have not proved yet who they are; the oldest gives way
  /// to the next.
  std::size_t unproved_max = 64;
  /// Requests under way here.
  std::size_t requests_max = 64;

  std::uint16_t speaks_min = version_min;
  std::uint16_t speaks_max = version_max;
};

/// Who a node is, once it is a member.
struct identity {
  node_id node = 0;
  /// Made when the cluster was: two clusters of one name and secret stay apart.
  std::uint64_t cluster = 0;
};

struct peer_address {
  node_id node = 0;
  /// HOST:PORT; a name is resolved anew for each attempt.
  std::string address = {};

  friend bool operator==(const peer_address&, const peer_address&) = default;
};

} // namespace parley::cluster::link
