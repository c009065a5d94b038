#include "net/http_connection.hpp"

#include "net/rate_limits.hpp"
#include "net/steady_ms.hpp"
#include "net/worker.hpp"

#include <algorithm>
#include <utility>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

constexpr std::int64_t linger_ms = 2000;
// Who is refused asks at once, or never hears why.
constexpr std::int64_t told_ms = 1000;
constexpr unsigned request_timeout = 408;

} // namespace

http_connection::http_connection(worker& home, accepted_socket from,
                                 tls_stream tls)
  : home_(home),
    socket_(std::move(from.fd), std::move(tls)),
    door_(from.through),
    peer_(std::move(from.peer)),
    entry_(std::move(from.entry)) {}

http_connection::~http_connection() {
  socket_.close(home_.sockets_of(door_), *this);
}

void http_connection::begin() {
  const auto& opts = home_.env().opts;
  auto through_proxy = door_ == door::client && opts.proxies.proxy_protocol
                       && opts.proxies.trusts(peer_);
  deadline_ms_ = home_.now_ms() + opts.handshake_timeout.count();
  if (entry_.refused)
    deadline_ms_ = std::min(deadline_ms_, home_.now_ms() + told_ms);
  if (through_proxy)
    phase_ = phase::introducing;
  else
    begin_transport();
  update_interest();
}

void http_connection::begin_transport() {
  phase_ = socket_.encrypted() ? phase::handshaking : phase::reading;
}

// No byte more than the header: behind it TLS begins.
void http_connection::read_introduction() {
  auto header = read_proxy_header(in_);
  while (header && header->is == proxy_header::state::incomplete) {
    auto buffer = home_.scratch();
    auto missing = std::min(header->bytes - in_.size(), buffer.size());
    auto got = socket_.read_plain(buffer.first(missing));
    if (got.what == io_outcome::kind::closed)
      return end();
    if (got.what == io_outcome::kind::again)
      return;
    in_.append(buffer.data(), got.bytes);
    header = read_proxy_header(in_);
  }
  in_ = {};
  if (header)
    return introduced(*header);
  admission::count_refused("proxy_header");
  home_.env().parts.limits.refused().note("proxy_header_refused",
                                          address_key(peer_));
  end();
}

void http_connection::introduced(const proxy_header& header) {
  if (header.source && !home_.env().opts.proxies.trusts(*header.source)
      && !charge(*header.source))
    return;
  if (header.source)
    peer_ = *header.source;
  begin_transport();
  update_interest();
}

bool http_connection::charge(const ip_address& client) {
  home_.env().clients.charge(entry_, address_key(client));
  if (!entry_.place)
    end();
  else if (entry_.refused)
    deadline_ms_ = std::min(deadline_ms_, home_.now_ms() + told_ms);
  return static_cast<bool>(entry_.place);
}

void http_connection::on_ready(bool, bool writable) {
  switch (phase_) {
    case phase::introducing: read_introduction(); break;
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
      parser_ = std::make_unique<request_parser>(opts.head_bytes_max,
                                                 opts.body_bytes_max);
      deadline_ms_ = home_.now_ms() + opts.handshake_timeout.count();
    }
    auto went_on = parser_->feed(in_);
    if (auto fault = parser_->fault())
      on_fault(*fault);
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
  if (continued_ || !parser_->head_done() || parser_->request().version() < 11
      || parser_->request().count(http::field::expect) == 0)
    return;
  continued_ = true;
  std::string line = "HTTP/1.1 100 Continue\r\n\r\n";
  iovec piece{line.data(), line.size()};
  socket_.write({&piece, 1});
}

void http_connection::reply(http_response response) {
  if (phase_ != phase::waiting)
    return;
  manners_.keep_alive = manners_.keep_alive && !winding_up_;
  home_.env().metrics.http_answered(target_, response.result_int());
  out_ = to_wire(std::move(response), manners_);
  out_at_ = 0;
  phase_ = phase::writing;
  response_deadline_ms_
    = home_.fresh_ms() + home_.env().opts.response_timeout.count();
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
    deadline_ms_
      = std::min(home_.fresh_ms() + home_.env().opts.stall_timeout.count(),
                 response_deadline_ms_);
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
  kept_.reset();
  if (!manners_.keep_alive) {
    phase_ = phase::lingering;
    deadline_ms_ = home_.fresh_ms() + linger_ms;
    socket_.end_output();
    update_interest();
    return;
  }
  phase_ = phase::reading;
  deadline_ms_ = home_.fresh_ms() + home_.env().opts.idle_timeout.count();
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
  on_fault(
    {request_timeout, {errc::invalid_request, "the request took too long"}});
}

void http_connection::wind_up() {
  winding_up_ = true;
  if (phase_ == phase::reading || phase_ == phase::handshaking
      || phase_ == phase::introducing)
    end();
}

void http_connection::end() {
  if (phase_ == phase::closed)
    return;
  phase_ = phase::closed;
  kept_.reset();
  socket_.close(home_.sockets_of(door_), *this);
  home_.bury(*this);
}

} // namespace parley::net
