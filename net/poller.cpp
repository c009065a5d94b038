#include "net/poller.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace parley::net {

result<poller> poller::make() {
  unique_fd set{::epoll_create1(EPOLL_CLOEXEC)};
  if (!set)
    return error{errc::io_failed, std::strerror(errno)};
  return poller{std::move(set)};
}

void poller::change(int fd, poll_handler& handler, interest before,
                    interest now) {
  if (before == now)
    return;
  epoll_event wanted{};
  auto bits = static_cast<unsigned>(now);
  if ((bits & static_cast<unsigned>(interest::read)) != 0)
    wanted.events |= EPOLLIN | EPOLLRDHUP;
  if ((bits & static_cast<unsigned>(interest::write)) != 0)
    wanted.events |= EPOLLOUT;
  wanted.data.ptr = &handler;
  // A hang-up is reported whatever is asked for, and would be again and again:
  // a socket that nobody waits for leaves the set.
  auto what = EPOLL_CTL_MOD;
  if (before == interest::none)
    what = EPOLL_CTL_ADD;
  else if (now == interest::none)
    what = EPOLL_CTL_DEL;
  ::epoll_ctl(set_.get(), what, fd, &wanted);
}

std::size_t poller::dispatch(std::size_t most) {
  auto count
    = ::epoll_wait(set_.get(), events_.data(),
                   static_cast<int>(std::min(most, events_.size())), 0);
  if (count <= 0)
    return 0;
  constexpr auto failed = EPOLLHUP | EPOLLERR;
  auto farewells = std::size_t{0};
  for (auto i = std::size_t{0}; i < static_cast<std::size_t>(count); ++i) {
    auto what = events_[i].events;
    if ((what & (failed | EPOLLRDHUP)) != 0 && ++farewells > farewells_max)
      continue;
    auto* handler = static_cast<poll_handler*>(events_[i].data.ptr);
    handler->on_ready((what & (EPOLLIN | failed)) != 0,
                      (what & (EPOLLOUT | failed)) != 0);
  }
  return static_cast<std::size_t>(count);
}

} // namespace parley::net
