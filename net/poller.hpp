#pragma once

#include "base/error.hpp"
#include "net/unique_fd.hpp"

#include <array>
#include <cstdint>
#include <sys/epoll.h>

namespace parley::net {

/// Told when its descriptor can be read or written, or has failed: then both.
class poll_handler {
public:
  virtual ~poll_handler() = default;
  virtual void on_ready(bool readable, bool writable) = 0;
};

enum class interest : std::uint8_t { none = 0, read = 1, write = 2, both = 3 };

/// The sockets of one network thread: an epoll set, which is itself watched by
/// the thread's io_context. So a thread with many busy sockets wakes up once
/// for all of them, and a socket costs no memory here while it is idle.
class poller {
public:
  static constexpr std::size_t events_max = 256;
  static constexpr std::size_t farewells_max = 4;

  static result<poller> make();

  /// Readable while a socket is ready.
  int fd() const {
    return set_.get();
  }

  /// Watches `fd` for `now` instead of `before`. The handler must stay alive
  /// until the end of a `dispatch` in which `none` was set.
  void change(int fd, poll_handler& handler, interest before, interest now);

  /// Calls the handlers of what is ready now, of so many sockets at most, and
  /// of a few whose peers have gone: those who stay shall not have to wait for
  /// a crowd that leaves at once. The others are ready still. Returns how many
  /// it has looked at.
  std::size_t dispatch(std::size_t most = events_max);

private:
  explicit poller(unique_fd set) : set_(std::move(set)) {}

  unique_fd set_;
  std::array<epoll_event, events_max> events_{};
};

} // namespace parley::net
