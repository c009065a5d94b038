#include "bench/load/poller.hpp"

#include "bench/load/clock_us.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::bench {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;
constexpr std::size_t events_max = 512;

epoll_event interest(pollable& who, bool writable) {
  epoll_event out{};
  out.events = EPOLLIN | (writable ? unsigned{EPOLLOUT} : 0u);
  out.data.ptr = &who;
  return out;
}

timespec until(std::int64_t deadline_us) {
  auto left = std::max<std::int64_t>(deadline_us - now_us(), 0);
  return {left / 1'000'000, left % 1'000'000 * 1000};
}

} // namespace

result<poller> poller::open() {
  auto fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0)
    return error{errc::io_failed,
                 "epoll: " + std::generic_category().message(errno)};
  return poller{fd};
}

poller::poller(int fd) : fd_(fd), buffer_(buffer_bytes, '\0') {}

poller::poller(poller&& other) noexcept
  : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

poller::~poller() {
  if (fd_ >= 0)
    ::close(fd_);
}

bool poller::add(int fd, pollable& who, bool writable) {
  auto wanted = interest(who, writable);
  return epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &wanted) == 0;
}

void poller::change(int fd, pollable& who, bool writable) {
  auto wanted = interest(who, writable);
  epoll_ctl(fd_, EPOLL_CTL_MOD, fd, &wanted);
}

void poller::remove(int fd, pollable& who) {
  epoll_ctl(fd_, EPOLL_CTL_DEL, fd, nullptr);
  auto* gone = static_cast<pollable*>(nullptr);
  std::replace(told_.begin(), told_.end(), &who, gone);
  std::replace(to_flush_.begin(), to_flush_.end(), &who, gone);
  std::replace(flushing_.begin(), flushing_.end(), &who, gone);
}

void poller::flush_all() {
  flushing_.swap(to_flush_);
  // By index: a flush that fails may remove others.
  for (std::size_t i = 0; i < flushing_.size(); ++i)
    if (flushing_[i] != nullptr)
      flushing_[i]->flush();
  flushing_.clear();
}

void poller::round(std::int64_t deadline_us) {
  flush_all();
  std::array<epoll_event, events_max> events;
  auto wait = until(deadline_us);
  auto count = epoll_pwait2(fd_, events.data(), events_max, &wait, nullptr);
  if (count <= 0)
    return;
  told_.clear();
  for (auto i = 0; i < count; ++i)
    told_.push_back(static_cast<pollable*>(events[i].data.ptr));
  for (std::size_t i = 0; i < told_.size(); ++i) {
    if (told_[i] == nullptr)
      continue;
    auto what = events[i].events;
    told_[i]->on_ready((what & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0,
                       (what & EPOLLOUT) != 0);
  }
  told_.clear();
  flush_all();
}

} // namespace parley::bench
