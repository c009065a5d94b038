#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::cluster::presence {

/// Where a Redis or a Sentinel listens: a host and a port, or a Unix socket.
struct address {
  /// A name or an IP address; empty where `path` is set.
  std::string host = {};
  std::uint16_t port = 0;
  std::string path = {};

  friend bool operator==(const address&, const address&) = default;
};

/// Reads "HOST:PORT", "[IPv6]:PORT" or "unix:PATH".
result<address> parse_address(std::string_view text);

/// The text that `parse_address` reads.
std::string to_string(const address& x);

} // namespace parley::cluster::presence
