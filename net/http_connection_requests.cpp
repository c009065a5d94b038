#include "net/http_connection.hpp"
#include "net/origin.hpp"
#include "net/session.hpp"
#include "net/upgrade.hpp"
#include "net/worker.hpp"

#include <boost/beast/core/string.hpp>

#include <utility>

/// How a connection answers its requests, or becomes a session.
namespace parley::net {

namespace http = boost::beast::http;

namespace {

// A handler that never answers must not keep the socket for ever.
constexpr std::int64_t handler_timeout_ms = 60'000;
constexpr std::uint32_t retry_later_ms = 5000;
constexpr std::uint16_t too_many_connections = 4029;
constexpr std::size_t origin_bytes_logged = 256;

std::string_view text(boost::beast::string_view from) {
  return {from.data(), from.size()};
}

error unavailable(const char* detail) {
  return {errc::unavailable, detail, {}, retry_later_ms};
}

} // namespace

// A page must be able to read why it was refused, so whether its origin is
// allowed is found out even of a head that is cut off.
void http_connection::on_fault(const request_fault& fault) {
  phase_ = phase::waiting;
  manners_ = {.keep_alive = false, .encrypted = socket_.encrypted()};
  std::string_view rest = parser_->head_done() ? std::string_view{} : in_;
  auto origin = lone_value(parser_->request(), rest, "Origin");
  auto host = lone_value(parser_->request(), rest, "Host");
  if (door_ == door::client && !origin.empty()
      && origin_allowed(origin, host, home_.env().opts.allowed_origins))
    manners_.cors_origin = origin;
  target_ = {};
  parser_.reset();
  in_ = {};
  reply(error_reply(fault.status, fault.why));
}

void http_connection::on_request() {
  auto request = parser_->release();
  parser_.reset();
  continued_ = false;
  phase_ = phase::waiting;
  deadline_ms_ = home_.now_ms() + handler_timeout_ms;
  target_ = path_of(text(request.target()));
  manners_ = {};
  manners_.keep_alive = keeps_alive(request) && !winding_up_ && !entry_.refused
                        && !home_.env().draining;
  manners_.old_client = request.version() < 11;
  manners_.head_only = request.method() == http::verb::head;
  manners_.encrypted = socket_.encrypted();
  if (auto refused = refusal(request))
    reply(std::move(*refused));
  else if (door_ == door::client && target_ == "/v1/ws")
    upgrade(request);
  else
    handle(std::move(request));
}

std::optional<http_response>
http_connection::refusal(const http_request& request) {
  auto origin = text(request[http::field::origin]);
  const auto& opts = home_.env().opts;
  auto allowed
    = door_ == door::client
      && (origin_allowed(origin, text(request[http::field::host]),
                         opts.allowed_origins)
          || (opts.proxies.trusts(peer_)
              && origin_allowed(origin, forwarded_host(request), {})));
  if (allowed)
    manners_.cors_origin = origin;
  auto upgrading = target_ == "/v1/ws";
  if (auto full = refusal_of_connection(upgrading))
    return full;
  if (origin.empty())
    return std::nullopt;
  // Operators' tools are no pages: one that reaches for a loopback listener is
  // up to no good.
  if (door_ == door::ops)
    return error_reply({errc::forbidden, "not for web pages"});
  if (!allowed) {
    auto reads = request.method() == http::verb::get
                 || request.method() == http::verb::head;
    if (reads && !upgrading)
      return std::nullopt;
    home_.env().parts.limits.refused().note(
      "origin_refused", address_key(client_of(request)),
      {"origin", origin.substr(0, origin_bytes_logged)});
    return error_reply({errc::forbidden, "this origin is not allowed"});
  }
  if (request.method() == http::verb::options)
    return preflight_reply();
  return std::nullopt;
}

// A WebSocket opens to be told by its close code that the address has all
// connections it may have.
std::optional<http_response>
http_connection::refusal_of_connection(bool upgrading) const {
  if (!entry_.refused || (entry_.over_cap && upgrading))
    return std::nullopt;
  return error_reply(*entry_.refused);
}

void http_connection::handle(http_request request) {
  kept_ = std::make_shared<std::vector<std::shared_ptr<void>>>();
  http_context with{home_, home_.executor(), address_key(client_of(request)),
                    kept_};
  auto& api = door_ == door::client ? home_.env().parts.client_api
                                    : home_.env().parts.ops_api;
  api.handle(std::move(with), std::move(request),
             [weak = weak_from_this()](http_response response) {
               if (auto self = weak.lock())
                 self->reply(std::move(response));
             });
}

// Who sends such headers past the proxies gets nowhere, but it may be that the
// proxies are not known for such.
ip_address http_connection::client_of(const http_request& request) const {
  const auto& proxies = home_.env().opts.proxies;
  if (door_ != door::client || !names_hops(request))
    return peer_;
  if (!proxies.trusts(peer_))
    home_.env().parts.limits.refused().note("forwarded_header_ignored",
                                            address_key(peer_));
  return client_address(peer_, request, proxies);
}

void http_connection::upgrade(const http_request& request) {
  if (!wants_upgrade(request) || !upgrade_version_known(request)) {
    auto no = error_reply(
      426, {errc::invalid_request, "this is for WebSocket, version 13"});
    no.set(http::field::upgrade, "websocket");
    no.set(http::field::sec_websocket_version, "13");
    manners_.keep_alive = false;
    reply(std::move(no));
    return;
  }
  if (home_.env().draining || winding_up_) {
    reply(error_reply(unavailable("the node is draining")));
    return;
  }
  auto asked = read_upgrade(request);
  if (!asked) {
    reply(error_reply(400, asked.error()));
    return;
  }
  auto client = client_of(request);
  if (home_.env().opts.proxies.trusts(peer_)) {
    if (!charge(client))
      return;
    if (auto refused = refusal_of_connection(true)) {
      manners_.keep_alive = false;
      reply(std::move(*refused));
      return;
    }
  }
  peer_ = std::move(client);
  become_session(std::move(*asked));
}

void http_connection::become_session(upgrade_request with) {
  home_.env().metrics.http_answered(target_, 101);
  phase_ = phase::closed;
  socket_.watch(home_.sockets_of(door_), *this, interest::none);
  session_start start{
    .socket = std::move(socket_),
    .place = std::move(entry_.place),
    .peer = address_key(peer_),
    .handshake = upgrade_response(
      with.key, with.offers_subprotocol ? subprotocol : std::string_view{}),
    .rest = std::exchange(in_, {}),
    .token = std::move(with.token),
    .device_id = std::move(with.device_id)};
  if (entry_.over_cap)
    start.refused = too_many_connections;
  home_.bury(*this);
  home_.upgrade(std::move(start));
}

} // namespace parley::net
