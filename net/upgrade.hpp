#pragma once

#include "base/error.hpp"
#include "net/http_api.hpp"

#include <string>
#include <string_view>

/// The opening handshake of WebSocket (RFC 6455, section 4.2).
namespace parley::net {

struct upgrade_request {
  std::string key;
  /// From the bearer header or, without one, the subprotocol `bearer.TOKEN` or
  /// `token` of the query; empty where none is there.
  std::string token;
  std::string device_id;
  /// The client offers our subprotocol, and is to be told that it is spoken.
  bool offers_subprotocol = false;
};

/// Whether it asks for WebSocket at all.
bool wants_upgrade(const http_request& request);

/// Fails with `bad_params` where the handshake is not sound.
result<upgrade_request> read_upgrade(const http_request& request);

/// Whether the request's version of WebSocket is the one that we speak.
bool upgrade_version_known(const http_request& request);

/// What the protocol of docs/protocol.md is called among subprotocols.
inline constexpr std::string_view subprotocol = "parley.v1";

/// The response that switches protocols; `chosen` names the subprotocol, if one
/// is spoken.
std::string upgrade_response(std::string_view key,
                             std::string_view chosen = {});

/// Of a request's target, without the query.
std::string_view path_of(std::string_view target);

} // namespace parley::net
