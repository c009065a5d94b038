#include "base/ip_network.hpp"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <charconv>
#include <string>

namespace parley {

namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t port_digits_max = 5;
// The longest address has 45 characters.
constexpr std::size_t address_bytes_max = 64;

std::string_view trimmed(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= port_digits_max
         && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Without the port, where there is one behind the bracket or the only colon.
std::optional<std::string_view> without_port(std::string_view text) {
  if (text.starts_with('[')) {
    auto end = text.find(']');
    if (end == std::string_view::npos)
      return std::nullopt;
    auto rest = text.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1))))
      return std::nullopt;
    auto inside = text.substr(1, end - 1);
    if (inside.find(':') == std::string_view::npos)
      return std::nullopt;
    return inside;
  }
  auto colon = text.find(':');
  if (colon == std::string_view::npos || text.rfind(':') != colon)
    return text;
  if (!is_port(text.substr(colon + 1)))
    return std::nullopt;
  return text.substr(0, colon);
}

ip_address unmapped(const ip_address& one) {
  if (one.is_v6() && one.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, one.to_v6());
  return one;
}

} // namespace

std::optional<ip_address> parse_ip(std::string_view text) {
  if (text.find(':') != std::string_view::npos)
    text = text.substr(0, text.find('%'));
  if (text.empty() || text.size() > address_bytes_max
      || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  boost::system::error_code why;
  auto parsed = ip::make_address(std::string{text}, why);
  if (why)
    return std::nullopt;
  return unmapped(parsed);
}

std::optional<ip_address> parse_ip_of_hop(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = trimmed(text.substr(1, text.size() - 2));
  auto address = without_port(text);
  if (!address)
    return std::nullopt;
  return parse_ip(*address);
}

bool ip_network::contains(const ip_address& one) const {
  if (one.is_v4() != first.is_v4())
    return false;
  auto bits = static_cast<unsigned short>(prefix_bits);
  if (one.is_v4())
    return ip::make_network_v4(one.to_v4(), bits).network() == first.to_v4();
  auto bare = ip::make_address_v6(one.to_v6().to_bytes());
  return ip::make_network_v6(bare, bits).network() == first.to_v6();
}

result<ip_network> parse_ip_network(std::string_view text) {
  auto fault = [&](const char* why) {
    return error{errc::bad_config, std::string{text} + ": " + why};
  };
  auto slash = text.find('/');
  auto address = parse_ip(text.substr(0, slash));
  if (!address || text.find('%') != std::string_view::npos)
    return fault("is no IP address or network, such as 10.0.0.0/8");
  unsigned most = address->is_v4() ? 32 : 128;
  ip_network out{*address, most};
  if (slash == std::string_view::npos)
    return out;
  auto bits = text.substr(slash + 1);
  auto [end, failure]
    = std::from_chars(bits.data(), bits.data() + bits.size(), out.prefix_bits);
  if (failure != std::errc{} || end != bits.data() + bits.size()
      || out.prefix_bits > most)
    return fault("has a number of bits behind the slash that it cannot have");
  if (text.substr(0, slash).find(':') != std::string_view::npos
      && address->is_v4())
    return fault("is an IPv4 network written as IPv6");
  // More bits than the prefix mean that something else was meant.
  auto bare = ip_network{*address, out.prefix_bits};
  auto prefix = static_cast<unsigned short>(out.prefix_bits);
  bare.first
    = address->is_v4()
        ? ip_address{ip::make_network_v4(address->to_v4(), prefix).network()}
        : ip_address{ip::make_network_v6(address->to_v6(), prefix).network()};
  if (bare.first != *address)
    return fault("has bits set behind its prefix");
  return out;
}

bool contains(const std::vector<ip_network>& networks, const ip_address& one) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const ip_network& x) { return x.contains(one); });
}

} // namespace parley
