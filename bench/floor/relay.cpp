#include "bench/floor/relay.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::bench {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;
constexpr int events_max = 512;
constexpr unsigned text_frame = 1;
constexpr unsigned close_frame = 8;

// The answer to the one key that the load generator gives.
constexpr std::string_view upgraded
  = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Accept: irsjIooVxPKP5LPQ7xIx61foI38=\r\n\r\n";

error cannot(std::string_view what) {
  return {errc::io_failed,
          std::string{what} + ": " + std::generic_category().message(errno)};
}

void be_watched(int epoll, int what, int fd, void* as, bool writable) {
  epoll_event wanted{};
  wanted.events = EPOLLIN | (writable ? unsigned{EPOLLOUT} : 0u);
  wanted.data.ptr = as;
  epoll_ctl(epoll, what, fd, &wanted);
}

result<int> listen_on(std::uint32_t address, std::uint16_t port) {
  auto fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(address);
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (fd >= 0
      && ::bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0
      && ::listen(fd, SOMAXCONN) == 0)
    return fd;
  auto why = cannot("listen");
  if (fd >= 0)
    ::close(fd);
  return why;
}

} // namespace

result<relay> relay::open(const options& opts) {
  auto listener = listen_on(opts.address, opts.port);
  if (!listener)
    return listener.error();
  relay out{epoll_create1(EPOLL_CLOEXEC), *listener, opts.gathers};
  if (out.epoll_ < 0)
    return cannot("epoll");
  if (!opts.file.empty()) {
    auto file = sync_file::open(opts.file);
    if (!file)
      return file.error();
    out.file_.emplace(std::move(*file));
  }
  be_watched(out.epoll_, EPOLL_CTL_ADD, out.listener_, nullptr, false);
  return out;
}

relay::relay(int epoll, int listener, bool gathers)
  : epoll_(epoll),
    listener_(listener),
    gathers_(gathers),
    buffer_(buffer_bytes, '\0') {}

relay::relay(relay&& other) noexcept
  : epoll_(std::exchange(other.epoll_, -1)),
    listener_(std::exchange(other.listener_, -1)),
    gathers_(other.gathers_),
    file_(std::move(other.file_)),
    buffer_(std::move(other.buffer_)) {}

relay::~relay() {
  for (auto fd : {epoll_, listener_})
    if (fd >= 0)
      ::close(fd);
}

std::uint16_t relay::port() const {
  sockaddr_in at{};
  socklen_t size = sizeof(at);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
  return ntohs(at.sin_port);
}

error relay::run() {
  std::array<epoll_event, events_max> events;
  for (;;) {
    auto count = epoll_wait(epoll_, events.data(), events_max, -1);
    if (count < 0 && errno != EINTR)
      return cannot("epoll");
    for (auto i = 0; i < count; ++i) {
      auto* who
        = static_cast<member*>(events[static_cast<unsigned>(i)].data.ptr);
      if (who == nullptr)
        accept_all();
      else
        on_ready(*who, events[static_cast<unsigned>(i)].events);
    }
    if (auto good = end_round(); !good)
      return good.error();
  }
}

void relay::accept_all() {
  for (;;) {
    auto fd
      = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
      return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    auto& who = members_[fd] = std::make_unique<member>(fd);
    be_watched(epoll_, EPOLL_CTL_ADD, fd, who.get(), false);
  }
}

void relay::on_ready(member& who, unsigned events) {
  auto at = members_.find(who.fd);
  if (at == members_.end() || at->second.get() != &who)
    return;
  if ((events & EPOLLOUT) != 0 && !who.flush())
    return leave(who);
  watch(who);
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    read(who);
}

void relay::watch(member& who) {
  auto wants = !who.out.empty() && !who.flush_due;
  if (std::exchange(who.watches_writable, wants) != wants)
    be_watched(epoll_, EPOLL_CTL_MOD, who.fd, &who, wants);
}

void relay::read(member& who) {
  auto got = ::recv(who.fd, buffer_.data(), buffer_.size(), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
    return leave(who);
  if (got < 0)
    return;
  std::string_view input{buffer_.data(), static_cast<std::size_t>(got)};
  auto all = std::exchange(who.in, {});
  if (!all.empty())
    input = all.append(input);
  if (!who.is_upgraded) {
    auto end = input.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      who.in = input;
      return;
    }
    input.remove_prefix(end + 4);
    who.is_upgraded = true;
    post(who, std::string{upgraded});
  }
  auto broken = false;
  while (auto frame = take_client_frame(input, broken)) {
    if (frame->opcode == close_frame)
      return leave(who);
    if (frame->opcode == text_frame)
      take(who, frame->payload);
  }
  if (broken)
    return leave(who);
  who.in = input;
}

void relay::take(member& who, std::string_view text) {
  if (text.starts_with('h'))
    return enter(who, text.substr(1));
  auto space = text.find(' ');
  if (!text.starts_with('s') || space == std::string_view::npos
      || who.conversation == nullptr)
    return;
  std::string passed{"d"};
  passed += text.substr(space + 1);
  said what{&who, std::string{text.substr(1, space - 1)}, server_text(passed)};
  if (file_)
    round_.push_back(std::move(what));
  else
    pass_on(what);
}

void relay::enter(member& who, std::string_view conversation) {
  if (who.conversation != nullptr)
    return;
  auto& all = conversations_[std::string{conversation}];
  all.push_back(&who);
  who.conversation = &all;
  post(who, server_text("h"));
}

void relay::pass_on(const said& what) {
  for (auto* to : *what.by->conversation)
    if (to != what.by)
      post(*to, what.frame);
  post(*what.by, server_text("a" + what.number));
}

void relay::post(member& to, std::string frame) {
  if (!gathers_) {
    // What fails shows when it is read from.
    to.send(frame);
    return watch(to);
  }
  to.out += frame;
  if (!std::exchange(to.flush_due, true))
    to_flush_.push_back(&to);
}

result<void> relay::end_round() {
  if (!round_.empty()) {
    std::string bytes;
    for (const auto& one : round_)
      bytes += one.frame;
    if (auto good = file_->append(bytes); !good)
      return good;
    for (const auto& one : round_)
      if (one.by->conversation != nullptr)
        pass_on(one);
    round_.clear();
  }
  for (auto* who : std::exchange(to_flush_, {})) {
    who->flush_due = false;
    who->flush();
    watch(*who);
  }
  gone_.clear();
  return {};
}

void relay::leave(member& who) {
  if (who.conversation != nullptr)
    std::erase(*who.conversation, &who);
  who.conversation = nullptr;
  std::erase(to_flush_, &who);
  epoll_ctl(epoll_, EPOLL_CTL_DEL, who.fd, nullptr);
  auto at = members_.find(who.fd);
  gone_.push_back(std::move(at->second));
  members_.erase(at);
}

} // namespace parley::bench
