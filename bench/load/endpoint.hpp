#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <vector>

namespace parley::bench {

/// One node, under one or several addresses.
struct target_node {
  /// As the user wrote it.
  std::string name = {};
  /// In network byte order.
  std::vector<std::uint32_t> addresses = {};
  std::uint16_t port = 0;

  /// That of connection number `index`.
  sockaddr_in address(std::size_t index) const;
};

/// `127.0.0.1:8080`, or `127.0.0.1-4:8080` for four addresses of a node that
/// listens on all: above some 4,000 connections to one address and port
/// connect() slows down by ten.
result<target_node> parse_node(std::string_view text);

/// The address that connection number `index` of process `worker` comes from:
/// in 127.0.0.0/8, at most 500 connections each, where `to` is in there too;
/// else any.
sockaddr_in source_address(const sockaddr_in& to, unsigned worker,
                           std::size_t index);

/// Connections to one address and port beyond which they get slow.
inline constexpr std::size_t connections_per_address_max = 4000;

} // namespace parley::bench
