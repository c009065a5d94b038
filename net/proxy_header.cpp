#include "net/proxy_header.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace parley::net {

namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t fixed_bytes = 16;
constexpr unsigned version = 2;

enum command : unsigned { local = 0, proxied = 1 };

// Address family and transport in one byte, as in section 2.2.
enum family : unsigned {
  unspecified = 0x00,
  tcp_over_ipv4 = 0x11,
  tcp_over_ipv6 = 0x21,
  unix_stream = 0x31
};

constexpr std::size_t ipv4_bytes = 12;
constexpr std::size_t ipv6_bytes = 36;
constexpr std::size_t unix_bytes = 216;

unsigned byte_of(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

/// How many bytes of addresses there must be; TLVs may follow.
std::optional<std::size_t> address_bytes(unsigned which) {
  switch (which) {
    case unspecified: return 0;
    case tcp_over_ipv4: return ipv4_bytes;
    case tcp_over_ipv6: return ipv6_bytes;
    case unix_stream: return unix_bytes;
    default: return std::nullopt;
  }
}

template <class Address>
ip_address read_address(std::string_view bytes) {
  typename Address::bytes_type raw{};
  std::memcpy(raw.data(), bytes.data(), raw.size());
  Address out{raw};
  if constexpr (std::is_same_v<Address, ip::address_v6>)
    if (out.is_v4_mapped())
      return ip::make_address_v4(ip::v4_mapped, out);
  return out;
}

} // namespace

std::optional<proxy_header> read_proxy_header(std::string_view bytes) {
  auto seen = std::min(bytes.size(), signature.size());
  if (bytes.substr(0, seen) != signature.substr(0, seen))
    return std::nullopt;
  if (bytes.size() < fixed_bytes)
    return proxy_header{proxy_header::state::incomplete, fixed_bytes};
  auto verb = byte_of(bytes, 12);
  auto which = byte_of(bytes, 13);
  std::size_t length = byte_of(bytes, 14) << 8 | byte_of(bytes, 15);
  if (verb >> 4 != version || (verb & 15) > proxied
      || fixed_bytes + length > proxy_header_bytes_max)
    return std::nullopt;
  if ((verb & 15) == proxied) {
    auto least = address_bytes(which);
    if (!least || length < *least)
      return std::nullopt;
  }
  if (bytes.size() < fixed_bytes + length)
    return proxy_header{proxy_header::state::incomplete, fixed_bytes + length};
  proxy_header out{proxy_header::state::complete, fixed_bytes + length};
  auto addresses = bytes.substr(fixed_bytes);
  if ((verb & 15) == local)
    return out;
  if (which == tcp_over_ipv4)
    out.source = read_address<ip::address_v4>(addresses);
  else if (which == tcp_over_ipv6)
    out.source = read_address<ip::address_v6>(addresses);
  return out;
}

} // namespace parley::net
