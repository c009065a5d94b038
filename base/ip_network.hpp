#pragma once

#include "base/error.hpp"

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace parley {

using ip_address = boost::asio::ip::address;

/// An IP address without port and brackets; a zone after '%' is dropped, and
/// one of IPv4 in IPv6 (::ffff:1.2.3.4) becomes IPv4's.
std::optional<ip_address> parse_ip(std::string_view text);

/// The same of an address that a proxy wrote: with a port or without, IPv6 with
/// brackets or without, all of it in quotes or not.
std::optional<ip_address> parse_ip_of_hop(std::string_view text);

/// All addresses that begin alike, as in 10.0.0.0/8 or 2001:db8::/32.
struct ip_network {
  ip_address first = {};
  unsigned prefix_bits = 0;

  bool contains(const ip_address& one) const;

  friend bool operator==(const ip_network&, const ip_network&) = default;
};

/// ADDRESS/BITS, or an ADDRESS alone. `bad_config` says what is wrong.
result<ip_network> parse_ip_network(std::string_view text);

bool contains(const std::vector<ip_network>& networks, const ip_address& one);

} // namespace parley
