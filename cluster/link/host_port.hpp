#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::cluster::link {

/// The two parts of HOST:PORT; a host that is an IPv6 address stands in
/// brackets.
struct host_port {
  std::string host = {};
  std::string port = {};
};

/// Nothing where there is no host or no port from 0 to 65535.
std::optional<host_port> parse_host_port(std::string_view text);

std::string to_string(const host_port& x);

} // namespace parley::cluster::link
