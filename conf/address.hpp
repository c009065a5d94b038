#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::conf {

/// Where to listen: an IP address and a port, 0 for one that the system picks.
struct address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;

  /// Whether only this machine can reach it.
  bool loopback() const;

  friend bool operator==(const address&, const address&) = default;
};

/// Reads "127.0.0.1:8080", "[::1]:8080" or "localhost:8080".
result<address> parse_address(std::string_view text);

/// The text that `parse_address` reads.
std::string to_string(const address& x);

} // namespace parley::conf
