#include "net/stream_socket.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace parley::net {

namespace {

using kind = io_outcome::kind;

io_outcome system_outcome(ssize_t returned, bool reading) {
  if (returned > 0 || (returned == 0 && !reading))
    return {kind::done, static_cast<std::size_t>(returned)};
  if (returned < 0
      && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return {kind::again, 0};
  return {kind::closed, 0};
}

// One TLS record at most.
std::size_t join(std::span<const iovec> pieces, std::span<char> into) {
  std::size_t total = 0;
  for (const auto& piece : pieces) {
    auto count = std::min(piece.iov_len, into.size() - total);
    std::memcpy(into.data() + total, piece.iov_base, count);
    total += count;
    if (total == into.size())
      break;
  }
  return total;
}

} // namespace

stream_socket::stream_socket(unique_fd fd, tls_stream tls)
  : fd_(std::move(fd)), tls_(std::move(tls)) {}

io_outcome stream_socket::tls_outcome(int returned) {
  must_write_ = false;
  if (returned > 0)
    return {kind::done, static_cast<std::size_t>(returned)};
  auto why = SSL_get_error(tls_.get(), returned);
  must_write_ = why == SSL_ERROR_WANT_WRITE;
  if (must_write_ || why == SSL_ERROR_WANT_READ)
    return {kind::again, 0};
  ERR_clear_error();
  return {kind::closed, 0};
}

io_outcome stream_socket::handshake() {
  if (!tls_)
    return {kind::done, 0};
  ERR_clear_error();
  return tls_outcome(SSL_do_handshake(tls_.get()));
}

io_outcome stream_socket::read_plain(std::span<char> into) {
  return system_outcome(::recv(fd_.get(), into.data(), into.size(), 0), true);
}

io_outcome stream_socket::read(std::span<char> into) {
  if (!tls_)
    return read_plain(into);
  ERR_clear_error();
  return tls_outcome(
    SSL_read(tls_.get(), into.data(), static_cast<int>(into.size())));
}

io_outcome stream_socket::write(std::span<const iovec> pieces) {
  if (pieces.empty())
    return {kind::done, 0};
  if (!tls_) {
    msghdr what{};
    what.msg_iov = const_cast<iovec*>(pieces.data());
    what.msg_iovlen = pieces.size();
    return system_outcome(::sendmsg(fd_.get(), &what, MSG_NOSIGNAL), false);
  }
  std::array<char, 16 * 1024> record;
  auto size = join(pieces, record);
  ERR_clear_error();
  return tls_outcome(
    SSL_write(tls_.get(), record.data(), static_cast<int>(size)));
}

bool stream_socket::has_more() const {
  return tls_ && SSL_pending(tls_.get()) > 0;
}

void stream_socket::watch(poller& where, poll_handler& handler, interest now) {
  where.change(fd_.get(), handler, watched_, now);
  watched_ = now;
}

void stream_socket::end_output() {
  if (tls_) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }
  ::shutdown(fd_.get(), SHUT_WR);
}

void stream_socket::close(poller& where, poll_handler& handler) {
  if (!fd_)
    return;
  watch(where, handler, interest::none);
  tls_.reset();
  fd_.reset();
}

} // namespace parley::net
