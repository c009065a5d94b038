#include "cluster/link/connection.hpp"

#include "cluster/link/host_port.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>

namespace parley::cluster::link {

namespace {

using std::chrono::milliseconds;

/// How long an other side may take that has been told all.
constexpr milliseconds ending_time{1000};
/// So that an urgent frame is not behind all that the kernel would buffer.
constexpr int unsent_bytes_max = 256 * 1024;

void set_option(int fd, int level, int name, int value) {
  // Only makes things better: a system without it is as well served.
  ::setsockopt(fd, level, name, &value, sizeof value);
}

} // namespace

connection::connection(connection_context& shared, tcp::socket raw)
  : shared_(shared),
    socket_(std::move(raw)),
    timer_(shared.io),
    resolver_(shared.io) {}

void connection::dial(connection_events& to, const std::string& address) {
  events_ = &to;
  remote_ = address;
  deadline_ = steady_clock::now() + shared_.opts.connect_timeout;
  arm();
  auto where = parse_host_port(address);
  if (!where) {
    // Not before whoever dials has what it dialled with.
    boost::asio::post(
      shared_.io, [self = shared_from_this()] { self->fail("no_address"); });
    return;
  }
  boost::system::error_code why;
  auto host = boost::asio::ip::make_address(where->host, why);
  // Others' names may take their time to be found; a number never waits.
  if (!why) {
    auto port = static_cast<std::uint16_t>(std::stoul(where->port));
    return resolved(tcp::resolver::results_type::create(
      tcp::endpoint{host, port}, where->host, where->port));
  }
  resolver_.async_resolve(
    where->host, where->port, tcp::resolver::numeric_service,
    [self = shared_from_this()](auto failed, const auto& found) {
      if (self->stage_ != stage::dialling)
        return;
      if (failed)
        self->fail("no_such_host");
      else
        self->resolved(found);
    });
}

void connection::resolved(const tcp::resolver::results_type& found) {
  boost::asio::async_connect(
    socket_.raw(), found, [self = shared_from_this()](auto why, const auto&) {
      if (self->stage_ != stage::dialling)
        return;
      if (why)
        self->fail("unreachable");
      else
        self->prove(true);
    });
}

void connection::accept(connection_events& to) {
  events_ = &to;
  boost::system::error_code why;
  auto from = socket_.raw().remote_endpoint(why);
  if (!why)
    remote_ = to_string(
      host_port{from.address().to_string(), std::to_string(from.port())});
  prove(false);
}

void connection::prove(bool dialling) {
  stage_ = stage::proving;
  auto& raw = socket_.raw();
  auto fd = raw.native_handle();
  boost::system::error_code why;
  raw.non_blocking(true, why);
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, unsent_bytes_max);
  set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT,
             static_cast<int>(2 * shared_.opts.down_after.count()));
  deadline_ = steady_clock::now() + shared_.opts.handshake_timeout;
  arm();
  if (why || !socket_.start(shared_.keys, dialling))
    fail("no_memory");
  else
    handshake();
}

void connection::handshake() {
  auto state = socket_.handshake();
  // What it says last, it says also to those that it refuses.
  push();
  if (stage_ != stage::proving)
    return;
  if (state == io_state::closed)
    return fail(socket_.failure());
  if (state == io_state::again)
    return wait_read();
  stage_ = stage::open;
  heard_ = spoke_ = steady_clock::now();
  events_->secured(*this);
  // TLS may have the first frames already.
  if (stage_ == stage::open)
    on_readable();
}

void connection::hand_to(connection_events& to) {
  events_ = &to;
}

void connection::limit(milliseconds from_now) {
  limit_ = steady_clock::now() + from_now;
  deadline_ = std::min(deadline_, limit_);
  if (stage_ == stage::open)
    deadline_ = limit_;
  arm();
}

void connection::carry(link_record& at) {
  carried_ = &at;
  heard_ = spoke_ = steady_clock::now();
  // The first ping goes at once: it measures.
  beat();
}

void connection::flush() {
  if (stage_ == stage::open && !writing_)
    push();
}

void connection::close() {
  if (stage_ == stage::gone)
    return;
  stage_ = stage::gone;
  events_ = nullptr;
  carried_ = nullptr;
  timer_.cancel();
  resolver_.cancel();
  socket_.close();
}

void connection::finish() {
  if (stage_ != stage::open)
    return close();
  stage_ = stage::ending;
  events_ = nullptr;
  carried_ = nullptr;
  deadline_ = steady_clock::now() + ending_time;
  arm();
  push();
}

void connection::fail(std::string_view why) {
  if (stage_ == stage::gone)
    return;
  auto self = shared_from_this();
  auto* told = events_;
  close();
  if (told != nullptr)
    told->closed(*this, why);
}

void connection::arm() {
  auto next = std::min(deadline_, limit_);
  if (carried_ != nullptr)
    next = std::min({heard_ + shared_.opts.down_after,
                     spoke_ + shared_.opts.ping_every,
                     pinged_ + 4 * shared_.opts.ping_every});
  timer_.expires_at(next);
  timer_.async_wait([self = shared_from_this()](auto why) {
    if (!why && self->stage_ != stage::gone)
      self->on_timer();
  });
}

void connection::on_timer() {
  auto now = steady_clock::now();
  if (carried_ == nullptr) {
    if (now < std::min(deadline_, limit_))
      arm();
    else
      fail("timeout");
    return;
  }
  auto silent = [&] { return now - heard_ >= shared_.opts.down_after; };
  // It may have spoken while this thread was busy or stopped.
  if (silent() && pull() && silent())
    return fail("silent");
  if (carried_ == nullptr)
    return;
  beat();
}

} // namespace parley::cluster::link
