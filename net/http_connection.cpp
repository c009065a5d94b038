#include "net/http_connection.hpp"

#include "net/origin.hpp"
#include "net/session.hpp"
#include "net/steady_ms.hpp"
#include "net/upgrade.hpp"
#include "net/worker.hpp"

#include <boost/beast/core/string.hpp>

#include <utility>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

constexpr std::int64_t linger_ms = 2000;
// A handler that never answers must not keep the socket for ever.
constexpr std::int64_t handler_timeout_ms = 60'000;
constexpr std::uint32_t retry_later_ms = 5000;
constexpr std::uint16_t too_many_connections = 4029;

std::string_view text(boost::beast::string_view from) {
  return {from.data(), from.size()};
}

error unavailable(const char* detail) {
  return {errc::unavailable, detail, {}, retry_later_ms};
}

} // namespace

http_connection::http_connection(worker& home, accepted_socket from,
                                 tls_stream tls)
  : home_(home),
    socket_(std::move(from.fd), std::move(tls)),
    door_(from.through),
    surplus_(from.surplus),
    peer_(std::move(from.peer)) {}

http_connection::~http_connection() {
  socket_.close(home_.sockets_of(door_), *this);
  if (handed_over_)
    return;
  --home_.env().connections;
  home_.env().metrics.connections.Decrement();
}

void http_connection::begin() {
  const auto& opts = home_.env().opts;
  if (door_ == door::client && !opts.trust_forwarded_for)
    draw_limits(peer_);
  if (socket_.encrypted())
    phase_ = phase::handshaking;
  deadline_ms_ = home_.now_ms() + opts.handshake_timeout.count();
  update_interest();
}

void http_connection::draw_limits(const std::string& address) {
  auto& limits = home_.env().parts.limits;
  if (auto drawn = limits.draw_connection(address); !drawn)
    refused_ = drawn.error();
  hold_ = address_hold{limits, address};
  over_cap_ = !hold_;
}

void http_connection::on_ready(bool, bool writable) {
  switch (phase_) {
    case phase::handshaking: shake_hands(); break;
    case phase::writing:
      if (writable)
        write();
      break;
    case phase::reading:
    case phase::lingering: read_socket(); break;
    case phase::waiting:
    case phase::closed: break;
  }
}

void http_connection::shake_hands() {
  auto done = socket_.handshake();
  if (done.what == io_outcome::kind::closed) {
    end();
    return;
  }
  if (done.what == io_outcome::kind::done) {
    phase_ = phase::reading;
    read_socket();
    return;
  }
  update_interest();
}

void http_connection::read_socket() {
  do {
    auto buffer = home_.scratch();
    auto got = socket_.read(buffer);
    if (got.what == io_outcome::kind::closed) {
      end();
      return;
    }
    if (got.what == io_outcome::kind::again)
      break;
    if (phase_ == phase::lingering)
      continue;
    in_.append(buffer.data(), got.bytes);
    parse();
  } while (socket_.has_more() && phase_ == phase::reading);
  update_interest();
}

// Answers may be there at once, and more requests behind them: `written` comes
// back here by returning, not by calling.
void http_connection::parse() {
  if (parsing_)
    return;
  parsing_ = true;
  while (phase_ == phase::reading && !in_.empty()) {
    if (!parser_) {
      const auto& opts = home_.env().opts;
      parser_ = std::make_unique<request_parser>(opts.body_bytes_max);
      deadline_ms_ = home_.now_ms() + opts.handshake_timeout.count();
    }
    boost::beast::error_code why;
    auto went_on = parser_->feed(in_, why);
    if (why)
      on_fault(why);
    else if (parser_->done())
      on_request();
    else if (!went_on)
      break;
    else
      invite_body();
  }
  parsing_ = false;
  if (in_.empty())
    in_ = {};
}

// Short enough to always fit a socket to which nothing else is being written.
void http_connection::invite_body() {
  if (continued_ || !parser_->head_done()
      || !boost::beast::iequals(parser_->request()[http::field::expect],
                                "100-continue"))
    return;
  continued_ = true;
  std::string line = "HTTP/1.1 100 Continue\r\n\r\n";
  iovec piece{line.data(), line.size()};
  socket_.write({&piece, 1});
}

void http_connection::on_fault(boost::beast::error_code why) {
  phase_ = phase::waiting;
  manners_ = {.keep_alive = false, .encrypted = socket_.encrypted()};
  target_ = {};
  parser_.reset();
  in_ = {};
  if (why == http::error::header_limit)
    reply(error_reply(431, {errc::too_large, "header too large"}));
  else if (why == http::error::body_limit)
    reply(error_reply(413, {errc::too_large, "body too large"}));
  else
    reply(error_reply(400, {errc::invalid_request, "bad HTTP request"}));
}

void http_connection::on_request() {
  auto request = parser_->release();
  parser_.reset();
  continued_ = false;
  phase_ = phase::waiting;
  deadline_ms_ = home_.now_ms() + handler_timeout_ms;
  target_ = path_of(text(request.target()));
  manners_ = {};
  manners_.keep_alive = request.keep_alive() && !winding_up_ && !refused_
                        && !surplus_ && !home_.env().draining;
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
  if (surplus_)
    return error_reply(unavailable("the node has all connections it can have"));
  if (refused_)
    return error_reply(*refused_);
  auto upgrading = target_ == "/v1/ws";
  if (over_cap_ && !upgrading)
    return error_reply({errc::rate_limited,
                        "too many connections from this address",
                        {},
                        retry_later_ms});
  auto origin = text(request[http::field::origin]);
  if (origin.empty())
    return std::nullopt;
  // Operators' tools are no pages: one that reaches for a loopback listener is
  // up to no good.
  if (door_ == door::ops)
    return error_reply({errc::forbidden, "not for web pages"});
  auto reads = request.method() == http::verb::get
               || request.method() == http::verb::head;
  if (!origin_allowed(origin, text(request[http::field::host]),
                      home_.env().opts.allowed_origins)) {
    if (reads && !upgrading)
      return std::nullopt;
    return error_reply({errc::forbidden, "this origin is not allowed"});
  }
  manners_.cors_origin = origin;
  if (request.method() == http::verb::options)
    return preflight_reply();
  return std::nullopt;
}

void http_connection::handle(http_request request) {
  http_context with{home_, home_.executor(), peer_of(request)};
  auto& api = door_ == door::client ? home_.env().parts.client_api
                                    : home_.env().parts.ops_api;
  api.handle(std::move(with), std::move(request),
             [weak = weak_from_this()](http_response response) {
               if (auto self = weak.lock())
                 self->reply(std::move(response));
             });
}

std::string http_connection::peer_of(const http_request& request) const {
  if (!home_.env().opts.trust_forwarded_for || door_ != door::client)
    return peer_;
  auto list = text(request["X-Forwarded-For"]);
  auto last = list.substr(list.rfind(',') + 1);
  auto begin = last.find_first_not_of(" \t");
  if (begin == std::string_view::npos)
    return peer_;
  last = last.substr(begin, last.find_last_not_of(" \t") + 1 - begin);
  return address_key(last);
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
  if (home_.env().opts.trust_forwarded_for) {
    peer_ = peer_of(request);
    draw_limits(peer_);
    if (refused_) {
      manners_.keep_alive = false;
      reply(error_reply(*refused_));
      return;
    }
  }
  become_session(std::move(*asked));
}

void http_connection::become_session(upgrade_request with) {
  home_.env().metrics.http_answered(target_, 101);
  phase_ = phase::closed;
  handed_over_ = true;
  socket_.watch(home_.sockets_of(door_), *this, interest::none);
  session_start start{.socket = std::move(socket_),
                      .hold = std::move(hold_),
                      .peer = std::move(peer_),
                      .handshake = upgrade_response(with.key),
                      .rest = std::exchange(in_, {}),
                      .token = std::move(with.token),
                      .device_id = std::move(with.device_id)};
  if (over_cap_)
    start.refused = too_many_connections;
  home_.bury(*this);
  home_.upgrade(std::move(start));
}

void http_connection::reply(http_response response) {
  if (phase_ != phase::waiting)
    return;
  manners_.keep_alive = manners_.keep_alive && !winding_up_;
  home_.env().metrics.http_answered(target_, response.result_int());
  out_ = to_wire(std::move(response), manners_);
  out_at_ = 0;
  phase_ = phase::writing;
  write();
}

void http_connection::write() {
  while (out_at_ < out_.size()) {
    iovec piece{out_.data() + out_at_, out_.size() - out_at_};
    auto done = socket_.write({&piece, 1});
    if (done.what == io_outcome::kind::closed) {
      end();
      return;
    }
    deadline_ms_ = steady_ms() + home_.env().opts.stall_timeout.count();
    if (done.what == io_outcome::kind::again) {
      update_interest();
      return;
    }
    out_at_ += done.bytes;
  }
  written();
}

void http_connection::written() {
  out_ = {};
  if (!manners_.keep_alive) {
    phase_ = phase::lingering;
    deadline_ms_ = steady_ms() + linger_ms;
    socket_.end_output();
    update_interest();
    return;
  }
  phase_ = phase::reading;
  deadline_ms_ = steady_ms() + home_.env().opts.idle_timeout.count();
  if (parsing_)
    return;
  parse();
  if (phase_ == phase::reading && socket_.has_more())
    read_socket();
  else
    update_interest();
}

void http_connection::update_interest() {
  if (phase_ == phase::closed)
    return;
  auto wanted = interest::read;
  if (phase_ == phase::waiting)
    wanted = interest::none;
  else if (phase_ == phase::writing)
    wanted = interest::write;
  else if (socket_.must_write())
    wanted = interest::both;
  socket_.watch(home_.sockets_of(door_), *this, wanted);
}

void http_connection::tick() {
  if (phase_ == phase::closed || home_.now_ms() < deadline_ms_)
    return;
  if (phase_ != phase::reading || !parser_) {
    end();
    return;
  }
  phase_ = phase::waiting;
  manners_ = {.keep_alive = false, .encrypted = socket_.encrypted()};
  parser_.reset();
  in_ = {};
  reply(error_reply(408, {errc::invalid_request, "the request took too long"}));
}

void http_connection::wind_up() {
  winding_up_ = true;
  if (phase_ == phase::reading || phase_ == phase::handshaking)
    end();
}

void http_connection::end() {
  if (phase_ == phase::closed)
    return;
  phase_ = phase::closed;
  socket_.close(home_.sockets_of(door_), *this);
  home_.bury(*this);
}

} // namespace parley::net
