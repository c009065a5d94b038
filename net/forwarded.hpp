#pragma once

#include "base/ip_network.hpp"
#include "net/http_api.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Which address a client has that came through proxies.
namespace parley::net {

/// Whom to believe about addresses.
struct proxy_options {
  /// Proxies, by their addresses.
  std::vector<ip_network> trusted = {};
  /// Every peer is a proxy, and there is just one on the way.
  bool every_peer = false;
  /// Connections of proxies begin with a header of PROXY protocol 2.
  bool proxy_protocol = false;

  bool trusts(const ip_address& peer) const {
    return every_peer || contains(trusted, peer);
  }
};

/// Walks from `peer` back over the hops that `X-Forwarded-For` names, all lines
/// as one list, or `Forwarded` (RFC 7239): the first that is no trusted proxy
/// is the client. A hop whose address is not given ends the walk at the one
/// before it, so that nobody can make up an address. Where both headers are
/// there and name different clients, one of them is the client's own, and the
/// answer is `peer`. Headers of a peer that is not trusted say nothing.
ip_address client_address(const ip_address& peer, const http_request& request,
                          const proxy_options& proxies);

/// The same of the headers' values.
ip_address walk_x_forwarded_for(ip_address peer, std::string_view list,
                                const std::vector<ip_network>& trusted);
ip_address walk_forwarded(ip_address peer, std::string_view list,
                          const std::vector<ip_network>& trusted);

/// Whether the request has a header that names hops.
bool names_hops(const http_request& request);

/// The host that the client asked its proxy for, as the last line of
/// `X-Forwarded-Host` has it; empty where there is none.
std::string forwarded_host(const http_request& request);

} // namespace parley::net
