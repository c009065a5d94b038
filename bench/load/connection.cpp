#include "bench/load/connection.hpp"

#include <cerrno>
#include <charconv>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace parley::bench {

namespace {

constexpr int socket_lost = 1006;
constexpr std::size_t head_bytes_max = 16384;

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

void set(int fd, int level, int option) {
  int on = 1;
  setsockopt(fd, level, option, &on, sizeof(on));
}

template <class Address>
const sockaddr* generic(const Address& of) {
  return reinterpret_cast<const sockaddr*>(&of);
}

int status_of(std::string_view head) {
  int out = 0;
  auto at = head.find(' ');
  if (at != std::string_view::npos)
    std::from_chars(head.data() + at + 1, head.data() + head.size(), out);
  return out;
}

int close_code(std::string_view payload) {
  if (payload.size() < 2)
    return 1005;
  return static_cast<unsigned char>(payload[0]) << 8
         | static_cast<unsigned char>(payload[1]);
}

} // namespace

// The key need not be random: nothing between us and the server caches.
std::string upgrade_request(std::string_view path, std::string_view headers) {
  std::string out{"GET "};
  out += path;
  out += " HTTP/1.1\r\nHost: localhost\r\n"
         "Upgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: cGFybGV5LWJlbmNoLTAwMQ==\r\n";
  out += headers;
  return out += "\r\n";
}

connection::~connection() {
  drop();
}

bool connection::connect(const sockaddr_in& from, const sockaddr_in& to,
                         std::string request) {
  drop();
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0)
    return false;
  set(fd_, IPPROTO_TCP, TCP_NODELAY);
  if (from.sin_addr.s_addr != 0) {
    // The port is chosen when it is known where to: many more are free then.
    set(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    if (::bind(fd_, generic(from), sizeof(from)) != 0) {
      drop();
      return false;
    }
  }
  auto done = ::connect(fd_, generic(to), sizeof(to)) == 0;
  if ((!done && errno != EINPROGRESS) || !poller_.add(fd_, *this, true)) {
    drop();
    return false;
  }
  watches_writable_ = true;
  phase_ = phase::connecting;
  request_ = std::move(request);
  is_bare_ = request_.empty();
  return true;
}

void connection::drop() {
  if (fd_ >= 0) {
    poller_.remove(fd_, *this);
    ::close(fd_);
  }
  fd_ = -1;
  ++generation_;
  phase_ = phase::none;
  flush_due_ = false;
  for (auto* text : {&request_, &in_, &out_, &message_})
    std::string{}.swap(*text);
}

void connection::close() {
  if (phase_ == phase::open) {
    write_frame(opcode::close, "\x03\xe8");
    flush();
  }
  drop();
}

void connection::fail(int code) {
  drop();
  on_closed(code);
}

void connection::on_ready(bool readable, bool writable) {
  auto now = generation_;
  if (writable && phase_ == phase::connecting)
    on_connected();
  else if (writable)
    flush();
  if (readable && generation_ == now && fd_ >= 0)
    read();
}

void connection::on_connected() {
  int failed = 0;
  socklen_t size = sizeof(failed);
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &failed, &size);
  if (failed != 0)
    return fail(socket_lost);
  phase_ = is_bare_ ? phase::open : phase::upgrading;
  out_ = std::exchange(request_, {});
  flush();
  if (is_bare_)
    on_opened();
}

void connection::read() {
  auto& buffer = poller_.buffer();
  auto got = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (got == 0 || (got < 0 && !would_block()))
    return fail(socket_lost);
  if (got < 0)
    return;
  std::string_view input{buffer.data(), static_cast<std::size_t>(got)};
  if (is_bare_)
    return on_text(input);
  if (in_.empty())
    return take(input);
  auto all = std::exchange(in_, {});
  all.append(input);
  take(all);
}

void connection::take(std::string_view input) {
  auto now = generation_;
  if (phase_ == phase::upgrading && !take_head(input))
    return;
  if (generation_ == now)
    take_frames(input);
  if (generation_ == now && !input.empty())
    in_ = input;
}

// False where there is nothing to go on with.
bool connection::take_head(std::string_view& input) {
  auto end = input.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (input.size() > head_bytes_max)
      fail(socket_lost);
    else
      in_ = input;
    return false;
  }
  auto status = status_of(input.substr(0, end));
  if (status != 101) {
    fail(status);
    return false;
  }
  input.remove_prefix(end + 4);
  phase_ = phase::open;
  on_opened();
  return true;
}

void connection::take_frames(std::string_view& input) {
  auto now = generation_;
  server_frame got;
  while (generation_ == now) {
    switch (take_frame(input, got)) {
      case frame_state::need_more: return;
      case frame_state::broken: return fail(1002);
      case frame_state::whole: take_frame_of(got); break;
    }
  }
}

void connection::take_frame_of(const server_frame& got) {
  switch (got.what) {
    case opcode::text:
    case opcode::binary:
    case opcode::continuation:
      if (got.last && message_.empty())
        return on_text(got.payload);
      message_.append(got.payload);
      if (got.last) {
        auto whole = std::exchange(message_, {});
        on_text(whole);
      }
      return;
    case opcode::ping: return write_frame(opcode::pong, got.payload);
    case opcode::close: return fail(close_code(got.payload));
    case opcode::pong: return;
  }
}

void connection::write_frame(opcode what, std::string_view payload) {
  // A linear congruence (Numerical Recipes' constants) is mask enough where
  // nobody attacks a proxy.
  mask_ = mask_ * 1664525u + 1013904223u;
  append_frame(out_, what, payload, mask_);
  wants_flush();
}

void connection::send(std::string_view message, opcode what) {
  if (phase_ != phase::open)
    return;
  if (!is_bare_)
    return write_frame(what, message);
  out_ += message;
  wants_flush();
}

void connection::wants_flush() {
  if (!std::exchange(flush_due_, true))
    poller_.flush_later(*this);
}

void connection::flush() {
  flush_due_ = false;
  if (fd_ < 0)
    return;
  std::size_t at = 0;
  while (at < out_.size()) {
    auto sent = ::send(fd_, out_.data() + at, out_.size() - at, MSG_NOSIGNAL);
    if (sent < 0 && would_block())
      break;
    // What failed shows when it is read from.
    if (sent < 0)
      return;
    at += static_cast<std::size_t>(sent);
  }
  auto is_left = at < out_.size();
  out_.erase(0, at);
  if (is_left != watches_writable_)
    poller_.change(fd_, *this, watches_writable_ = is_left);
}

} // namespace parley::bench
