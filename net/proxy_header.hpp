#pragma once

#include "base/ip_network.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace parley::net {

/// What the first bytes of a connection say in PROXY protocol, version 2.
struct proxy_header {
  enum class state : bool { incomplete, complete };

  state is = state::incomplete;
  /// The bytes of the header; where it is not complete, how many there must be
  /// before it can be read on.
  std::size_t bytes = 0;
  /// The client's address; empty where the proxy speaks for itself (LOCAL), or
  /// knows of no IP address.
  std::optional<ip_address> source = std::nullopt;
};

/// No header is longer, whatever it says of the connection besides.
inline constexpr std::size_t proxy_header_bytes_max = 4096;

/// Reads the beginning of `bytes`. Nothing where they cannot begin a header:
/// such a connection is to be closed.
std::optional<proxy_header> read_proxy_header(std::string_view bytes);

} // namespace parley::net
