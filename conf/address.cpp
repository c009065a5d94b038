#include "conf/address.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <charconv>
#include <optional>

namespace parley::conf {

namespace {

bool is_ip(int family, const std::string& host) {
  in6_addr out{};
  return inet_pton(family, host.c_str(), &out) == 1;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, failure] = std::from_chars(text.data(), end, port);
  if (failure != std::errc{} || stopped != end)
    return std::nullopt;
  return port;
}

std::optional<std::string> parse_host(std::string_view text) {
  if (text == "localhost")
    return "127.0.0.1";
  bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  std::string host{bracketed ? text.substr(1, text.size() - 2) : text};
  // inet_pton stops at a zero byte.
  if (host.find('\0') != std::string::npos
      || !is_ip(bracketed ? AF_INET6 : AF_INET, host))
    return std::nullopt;
  return host;
}

} // namespace

bool address::loopback() const {
  return host == "::1" || host.starts_with("127.");
}

result<address> parse_address(std::string_view text) {
  auto colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    auto host = parse_host(text.substr(0, colon));
    auto port = parse_port(text.substr(colon + 1));
    if (host && port)
      return address{*host, *port};
  }
  return error{errc::bad_config,
               "not an address: write IP:PORT, such as 127.0.0.1:8080 or "
               "[::1]:8080"};
}

std::string to_string(const address& x) {
  bool v6 = x.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", x.host, x.port)
            : fmt::format("{}:{}", x.host, x.port);
}

} // namespace parley::conf
