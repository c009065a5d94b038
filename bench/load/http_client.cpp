#include "bench/load/http_client.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <sys/socket.h>
#include <sys/time.h>
#include <system_error>
#include <unistd.h>

namespace parley::bench {

namespace {

constexpr std::size_t answer_bytes_max = std::size_t{4} * 1024 * 1024;
constexpr timeval patience{10, 0};

error call_failed(std::string what) {
  return {errc::io_failed,
          what + ": " + std::generic_category().message(errno)};
}

std::size_t content_length(std::string_view head) {
  constexpr std::string_view name = "\r\ncontent-length:";
  std::size_t out = 0;
  auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  for (std::size_t at = 0; at + name.size() < head.size(); ++at) {
    std::size_t i = 0;
    while (
      i < name.size()
      && (head[at + i] == name[i] || (i > 1 && same(head[at + i], name[i]))))
      ++i;
    if (i < name.size())
      continue;
    at += i;
    while (at < head.size() && head[at] == ' ')
      ++at;
    std::from_chars(head.data() + at, head.data() + head.size(), out);
    return out;
  }
  return 0;
}

int answered_status(std::string_view head) {
  int out = 0;
  if (auto at = head.find(' '); at != std::string_view::npos)
    std::from_chars(head.data() + at + 1, head.data() + head.size(), out);
  return out;
}

} // namespace

http_client::~http_client() {
  drop();
}

void http_client::drop() {
  if (fd_ >= 0)
    ::close(fd_);
  fd_ = -1;
  buffer_.clear();
}

result<void> http_client::connect() {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0)
    return call_failed("socket");
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  const auto* from = reinterpret_cast<const sockaddr*>(&from_);
  const auto* to = reinterpret_cast<const sockaddr*>(&to_);
  if (::bind(fd_, from, sizeof(from_)) == 0
      && ::connect(fd_, to, sizeof(to_)) == 0)
    return {};
  auto why = call_failed("connect");
  drop();
  return why;
}

bool http_client::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool http_client::read_upto(std::size_t size) {
  std::array<char, 16384> piece;
  while (buffer_.size() < size) {
    auto got = ::recv(fd_, piece.data(), piece.size(), 0);
    if (got <= 0)
      return false;
    buffer_.append(piece.data(), static_cast<std::size_t>(got));
  }
  return true;
}

result<http_answer> http_client::exchange(const std::string& request) {
  if (fd_ < 0)
    if (auto done = connect(); !done)
      return done.error();
  if (!send_all(request))
    return call_failed("send");
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (buffer_.size() > answer_bytes_max || !read_upto(buffer_.size() + 1))
      return call_failed("receive");
  std::string_view head{buffer_.data(), end + 2};
  auto size = content_length(head);
  http_answer out{answered_status(head)};
  if (size > answer_bytes_max || !read_upto(end + 4 + size))
    return call_failed("receive");
  out.body = buffer_.substr(end + 4, size);
  buffer_.erase(0, end + 4 + size);
  return out;
}

result<http_answer> http_client::post(std::string_view path,
                                      std::string_view body,
                                      std::string_view token) {
  auto bearer = token.empty()
                  ? std::string{}
                  : fmt::format("Authorization: Bearer {}\r\n", token);
  auto request = fmt::format(
    "POST {} HTTP/1.1\r\nHost: parley\r\nContent-Type: application/json\r\n"
    "{}Content-Length: {}\r\n\r\n{}",
    path, bearer, body.size(), body);
  return repeated(request);
}

result<http_answer> http_client::get(std::string_view path) {
  return repeated(fmt::format("GET {} HTTP/1.1\r\nHost: parley\r\n\r\n", path));
}

result<http_answer> http_client::repeated(const std::string& request) {
  auto was_open = fd_ >= 0;
  auto out = exchange(request);
  if (out)
    return out;
  drop();
  // An idle connection may have been closed just now.
  if (!was_open)
    return out;
  out = exchange(request);
  if (!out)
    drop();
  return out;
}

} // namespace parley::bench
