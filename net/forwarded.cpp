#include "net/forwarded.hpp"

#include "net/request_head.hpp"

#include <boost/beast/core/string.hpp>

#include <optional>

namespace parley::net {

namespace {

constexpr auto x_forwarded_for = "X-Forwarded-For";
constexpr auto forwarded = "Forwarded";
constexpr auto x_forwarded_host = "X-Forwarded-Host";

std::string_view trimmed(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// Takes the last part of `text` off it, without the separator, which does not
/// count in quotes. From behind, so that what a client wrote can spoil only
/// what it wrote, and not what proxies have added.
std::string_view take_last(std::string_view& text, char separator) {
  bool quoted = false;
  for (auto at = text.size(); at > 0; --at) {
    auto c = text[at - 1];
    if (c == '"' && (at < 2 || text[at - 2] != '\\'))
      quoted = !quoted;
    if (c != separator || quoted)
      continue;
    auto out = text.substr(at);
    text = text.substr(0, at - 1);
    return out;
  }
  return std::exchange(text, std::string_view{});
}

/// The address of the one `for` of an element.
std::optional<ip_address> address_of(std::string_view element) {
  std::optional<std::string_view> found;
  while (!element.empty()) {
    auto pair = trimmed(take_last(element, ';'));
    auto equals = pair.find('=');
    if (equals == std::string_view::npos
        || !boost::beast::iequals(trimmed(pair.substr(0, equals)), "for"))
      continue;
    if (found)
      return std::nullopt;
    found = pair.substr(equals + 1);
  }
  if (!found)
    return std::nullopt;
  return parse_ip_of_hop(*found);
}

template <class Parse>
ip_address walk(ip_address peer, std::string_view list,
                const std::vector<ip_network>& trusted, Parse parse) {
  while (!list.empty()) {
    auto hop = trimmed(take_last(list, ','));
    if (hop.empty())
      continue;
    auto address = parse(hop);
    if (!address)
      return peer;
    peer = *address;
    if (!contains(trusted, peer))
      return peer;
  }
  return peer;
}

} // namespace

ip_address walk_x_forwarded_for(ip_address peer, std::string_view list,
                                const std::vector<ip_network>& trusted) {
  return walk(std::move(peer), list, trusted, parse_ip_of_hop);
}

ip_address walk_forwarded(ip_address peer, std::string_view list,
                          const std::vector<ip_network>& trusted) {
  return walk(std::move(peer), list, trusted, address_of);
}

ip_address client_address(const ip_address& peer, const http_request& request,
                          const proxy_options& proxies) {
  if (!proxies.trusts(peer) || !names_hops(request))
    return peer;
  auto plain = request.count(x_forwarded_for) > 0;
  auto standard = request.count(forwarded) > 0;
  auto by_plain = walk_x_forwarded_for(
    peer, list_value(request, x_forwarded_for), proxies.trusted);
  auto by_standard
    = walk_forwarded(peer, list_value(request, forwarded), proxies.trusted);
  if (plain && standard)
    return by_plain == by_standard ? by_plain : peer;
  return plain ? by_plain : by_standard;
}

bool names_hops(const http_request& request) {
  return request.count(x_forwarded_for) > 0 || request.count(forwarded) > 0;
}

std::string forwarded_host(const http_request& request) {
  auto list = list_value(request, x_forwarded_host);
  std::string_view rest = list;
  return std::string{trimmed(take_last(rest, ','))};
}

} // namespace parley::net
