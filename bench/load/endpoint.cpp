#include "bench/load/endpoint.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <system_error>

namespace parley::bench {

namespace {

constexpr std::size_t connections_per_source = 500;

template <class Number>
bool to_number(std::string_view text, Number& out) {
  const auto* end = text.data() + text.size();
  auto [at, failed] = std::from_chars(text.data(), end, out);
  return failed == std::errc{} && at == end;
}

error bad_node(std::string_view text) {
  return {errc::bad_params,
          "'" + std::string{text}
            + "' is no node: write it as 127.0.0.1:8080, or as "
              "127.0.0.1-4:8080 for several addresses of one",
          "node"};
}

bool is_loopback(const sockaddr_in& to) {
  return (ntohl(to.sin_addr.s_addr) >> 24) == 127;
}

} // namespace

sockaddr_in target_node::address(std::size_t index) const {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = addresses[index % addresses.size()];
  return out;
}

result<target_node> parse_node(std::string_view text) {
  auto colon = text.rfind(':');
  target_node out{std::string{text}};
  if (colon == std::string_view::npos
      || !to_number(text.substr(colon + 1), out.port) || out.port == 0)
    return bad_node(text);
  auto host = text.substr(0, colon);
  auto dash = host.find('-');
  std::string first{host.substr(0, dash)};
  in_addr parsed{};
  if (inet_pton(AF_INET, first.c_str(), &parsed) != 1)
    return bad_node(text);
  auto low = ntohl(parsed.s_addr);
  unsigned upto = low & 0xff;
  if (dash != std::string_view::npos
      && (!to_number(host.substr(dash + 1), upto) || upto > 255
          || upto < (low & 0xff)))
    return bad_node(text);
  for (auto last = low & 0xff; last <= upto; ++last)
    out.addresses.push_back(htonl((low & ~0xffu) | last));
  return out;
}

sockaddr_in source_address(const sockaddr_in& to, unsigned worker,
                           std::size_t index) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  if (!is_loopback(to))
    return out;
  auto block = static_cast<std::uint32_t>(index / connections_per_source);
  auto host = 0x7f000000u | ((worker + 1) & 0xff) << 16
              | ((block / 250) & 0xff) << 8 | (block % 250 + 1);
  out.sin_addr.s_addr = htonl(host);
  return out;
}

} // namespace parley::bench
