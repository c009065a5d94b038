#include "net/http_connection.hpp"

#include "net/steady_ms.hpp"
#include "net/worker.hpp"

#include <utility>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

constexpr std::int64_t linger_ms = 2000;
constexpr unsigned request_timeout = 408;

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
    deadline_ms_ = home_.fresh_ms() + home_.env().opts.stall_timeout.count();
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
  if (phase_ == phase::reading || phase_ == phase::handshaking)
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
