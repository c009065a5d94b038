#include "cluster/presence/address.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>

namespace parley::cluster::presence {

namespace {

constexpr std::string_view unix_scheme = "unix:";
// What a Unix socket's address can hold.
constexpr std::size_t path_bytes_max = 107;
constexpr std::size_t host_bytes_max = 253;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, failure] = std::from_chars(text.data(), end, port);
  if (failure != std::errc{} || stopped != end || port == 0)
    return std::nullopt;
  return port;
}

} // namespace

result<address> parse_address(std::string_view text) {
  error wrong{errc::bad_config,
              fmt::format("'{}' is not HOST:PORT or unix:PATH", text)};
  if (text.starts_with(unix_scheme)) {
    auto path = text.substr(unix_scheme.size());
    if (path.empty() || path.size() > path_bytes_max)
      return wrong;
    return address{{}, 0, std::string{path}};
  }
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return wrong;
  auto port = parse_port(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return wrong;
  if (!port || host.empty() || host.size() > host_bytes_max)
    return wrong;
  return address{std::string{host}, *port, {}};
}

std::string to_string(const address& x) {
  if (!x.path.empty())
    return fmt::format("{}{}", unix_scheme, x.path);
  auto is_v6 = x.host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", x.host, x.port)
               : fmt::format("{}:{}", x.host, x.port);
}

} // namespace parley::cluster::presence
