#include "cluster/link/host_port.hpp"

#include <charconv>
#include <cstdint>

namespace parley::cluster::link {

namespace {

bool is_port(std::string_view text) {
  std::uint16_t number = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, why] = std::from_chars(text.data(), end, number);
  return why == std::errc{} && stopped == end;
}

} // namespace

std::optional<host_port> parse_host_port(std::string_view text) {
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    return std::nullopt;
  auto host = text.substr(0, colon);
  auto port = text.substr(colon + 1);
  auto six = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (six)
    host = host.substr(1, host.size() - 2);
  if (host.find_first_of("[]") != std::string_view::npos
      || six != (host.find(':') != std::string_view::npos))
    return std::nullopt;
  if (!is_port(port))
    return std::nullopt;
  return host_port{std::string{host}, std::string{port}};
}

std::string to_string(const host_port& x) {
  auto six = x.host.find(':') != std::string::npos;
  return (six ? "[" + x.host + "]" : x.host) + ":" + x.port;
}

} // namespace parley::cluster::link
