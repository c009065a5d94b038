#include "net/listener.hpp"

#include "base/log.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace parley::net {

namespace {

constexpr int backlog = 4096;
// So that a storm of connections does not keep the others waiting.
constexpr int accepts_max = 8;

struct socket_address {
  sockaddr_storage bytes{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* raw() {
    return reinterpret_cast<sockaddr*>(&bytes);
  }
};

bool parse(const endpoint& where, socket_address& out) {
  auto port = htons(where.port);
  auto* four = reinterpret_cast<sockaddr_in*>(&out.bytes);
  if (inet_pton(AF_INET, where.host.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = port;
    out.size = sizeof(sockaddr_in);
    return true;
  }
  auto* six = reinterpret_cast<sockaddr_in6*>(&out.bytes);
  if (inet_pton(AF_INET6, where.host.c_str(), &six->sin6_addr) != 1)
    return false;
  six->sin6_family = AF_INET6;
  six->sin6_port = port;
  out.size = sizeof(sockaddr_in6);
  return true;
}

endpoint format(const socket_address& from) {
  char host[INET6_ADDRSTRLEN] = "";
  if (from.bytes.ss_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(&from.bytes);
    inet_ntop(AF_INET, &four->sin_addr, host, sizeof(host));
    return {host, ntohs(four->sin_port)};
  }
  const auto* six = reinterpret_cast<const sockaddr_in6*>(&from.bytes);
  inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof(host));
  return {host, ntohs(six->sin6_port)};
}

ip_address address_of(const socket_address& from) {
  return parse_ip(format(from).host).value_or(ip_address{});
}

error cannot_listen(const endpoint& where) {
  return {errc::bad_config, "cannot listen on " + where.host + ":"
                              + std::to_string(where.port) + ": "
                              + std::strerror(errno)};
}

} // namespace

void reset(unique_fd fd) {
  linger at_once{1, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

listener::listener(unique_fd fd, endpoint where, door leads_to, on_accept give)
  : fd_(std::move(fd)),
    where_(std::move(where)),
    door_(leads_to),
    give_(std::move(give)) {}

result<std::shared_ptr<listener>>
listener::open(const endpoint& where, door leads_to, on_accept give) {
  endpoint asked = where;
  if (asked.host == "localhost")
    asked.host = "127.0.0.1";
  socket_address address;
  if (!parse(asked, address))
    return error{errc::bad_config, "no IP address: " + where.host};
  unique_fd fd{::socket(address.bytes.ss_family,
                        SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd)
    return cannot_listen(where);
  int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(fd.get(), address.raw(), address.size) != 0
      || ::listen(fd.get(), backlog) != 0
      || ::getsockname(fd.get(), address.raw(), &address.size) != 0)
    return cannot_listen(where);
  return std::shared_ptr<listener>{
    new listener{std::move(fd), format(address), leads_to, std::move(give)}};
}

void listener::set_interest(interest now) {
  if (sockets_ == nullptr || !fd_)
    return;
  sockets_->change(fd_.get(), *this, watched_, now);
  watched_ = now;
}

void listener::watch(poller& sockets) {
  sockets_ = &sockets;
  set_interest(interest::read);
}

void listener::tick() {
  set_interest(interest::read);
}

void listener::close() {
  set_interest(interest::none);
  fd_.reset();
}

void listener::on_ready(bool, bool) {
  for (int i = 0; i < accepts_max && fd_; ++i) {
    socket_address from;
    unique_fd fd{::accept4(fd_.get(), from.raw(), &from.size,
                           SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!fd) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS
          || errno == ENOMEM) {
        log::warning("accept_failed", {{"reason", std::strerror(errno)}});
        set_interest(interest::none);
      }
      return;
    }
    int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    give_({std::move(fd), address_of(from), door_});
  }
}

} // namespace parley::net
