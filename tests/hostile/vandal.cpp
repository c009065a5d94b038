#include "tests/hostile/vandal.hpp"

#include "bench/load/connection.hpp"
#include "bench/load/ws_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::hostile {

namespace {

constexpr std::size_t sockets_max = 24;
constexpr std::size_t opened_at_once = 4;

} // namespace

vandal::~vandal() {
  for (auto& each : sockets_)
    close(each);
}

void vandal::close(raw& which) {
  if (which.fd >= 0)
    ::close(which.fd);
  which.fd = -1;
}

void vandal::play(const sockaddr_in& node) {
  for (auto& each : sockets_) {
    write(each);
    if (each.reads)
      read(each);
    if (each.fd < 0 || !random_.one_in(8))
      continue;
    if (random_.one_in(3))
      ::shutdown(each.fd, random_.one_in(2) ? SHUT_WR : SHUT_RD);
    else
      close(each);
  }
  std::erase_if(sockets_, [](const raw& each) { return each.fd < 0; });
  for (std::size_t i = 0; i < opened_at_once && sockets_.size() < sockets_max;
       ++i)
    open(node);
}

void vandal::open(const sockaddr_in& node) {
  raw fresh;
  fresh.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fresh.fd < 0)
    return;
  ::connect(fresh.fd, reinterpret_cast<const sockaddr*>(&node), sizeof(node));
  ++opened;
  fresh.user = static_cast<std::uint32_t>(
    random_.between(0, static_cast<std::int64_t>(seen_.people().size()) - 1));
  switch (random_.between(0, 3)) {
    case 0: fresh.out = noise(); break;
    case 1: fresh.out = request(fresh.user); break;
    case 2:
      // It is told of all that its user is, and never reads.
      fresh.reads = false;
      fresh.out = frames(fresh.user);
      break;
    default: fresh.out = frames(fresh.user) + bad_frame(); break;
  }
  sockets_.push_back(std::move(fresh));
}

void vandal::write(raw& which) {
  while (which.fd >= 0 && !which.out.empty()) {
    auto sent = ::send(which.fd, which.out.data(), which.out.size(),
                       MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0)
      return;
    which.out.erase(0, static_cast<std::size_t>(sent));
  }
}

void vandal::read(raw& which) {
  std::array<char, 65536> room;
  while (which.fd >= 0) {
    auto got = ::recv(which.fd, room.data(), room.size(), MSG_DONTWAIT);
    if (got == 0)
      close(which);
    if (got <= 0)
      return;
    judge_.saw(which.user, {room.data(), static_cast<std::size_t>(got)});
  }
}

std::string vandal::noise() {
  std::string out;
  for (auto left = random_.between(1, 3000); left > 0; --left)
    out += static_cast<char>(random_.between(0, 255));
  return random_.one_in(2) ? out : "GET " + out;
}

// HTTP with something wrong about it.
std::string vandal::request(std::uint32_t user) {
  const auto& token = seen_.people()[user].token;
  switch (random_.between(0, 7)) {
    case 0: return "GET /v1/ws HTTP/1.1\r\nHost: x\r\n";
    case 1:
      return "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n"
             "Authorization: Bearer "
             + token + "\r\n\r\n{\"jsonrpc\"";
    case 2:
      return "POST /v1/rpc HTTP/1.1\r\nHost: x\r\n"
             "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\n"
             "GET /healthz HTTP/1.1\r\n\r\n";
    case 3:
      return "GET /v1/conversations?limit=%00%ff&cursor=%zz HTTP/1.1\r\n"
             "Host: x\r\nAuthorization: Bearer "
             + token + "\r\n\r\n";
    case 4:
      return "GET /v1/conversations/" + noise().substr(0, 200)
             + " HTTP/1.1\r\nHost: x\r\n\r\n";
    case 5:
      return "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'y')
             + "\r\n\r\n";
    case 6: {
      std::string out;
      for (auto i = 0; i < 40; ++i)
        out += "GET /v1/auth/check HTTP/1.1\r\nHost: x\r\n"
               "Authorization: Bearer "
               + token + "\r\n\r\n";
      return out;
    }
    default:
      return "POST /v1/rpc HTTP/1.1\r\nHost: x\r\n"
             "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n";
  }
}

std::string vandal::frames(std::uint32_t user) {
  auto out
    = bench::upgrade_request("/v1/ws?token=" + seen_.people()[user].token, "");
  for (auto left = random_.between(0, 30); left > 0; --left)
    bench::append_frame(
      out, bench::opcode::text,
      fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}"}})", left,
                  random_.one_in(2) ? "conversation.list" : "sync"),
      static_cast<std::uint32_t>(random_.bits()));
  return out;
}

std::string vandal::bad_frame() {
  std::string out;
  switch (random_.between(0, 6)) {
    case 0: bench::append_frame(out, bench::opcode::binary, "x", 7); break;
    case 1: bench::append_frame(out, bench::opcode::text, "\xff\xfe", 7); break;
    case 2:
      out = std::string{"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10};
      break;
    case 3: out = "\xf1\x85"; break;
    case 4:
      for (auto i = 0; i < 4; ++i)
        bench::append_frame(out, bench::opcode::text, "[[[[[[[[", 7);
      break;
    case 5:
      bench::append_frame(out, bench::opcode::text, std::string(70'000, '['),
                          7);
      break;
    default:
      for (auto i = 0; i < 200; ++i)
        bench::append_frame(out, bench::opcode::ping, std::string(125, 'p'), 7);
  }
  return out;
}

} // namespace parley::hostile
