#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace parley::bench {

/// Something with a file descriptor that a poller tells about.
class pollable {
public:
  virtual ~pollable() = default;

  /// It can be read or written, or has failed. May be told for nothing.
  virtual void on_ready(bool readable, bool writable) = 0;

  /// What was queued since the last call is to be written.
  virtual void flush() = 0;
};

/// One thread's epoll(7). What its pollables queue while they are told is
/// written at the end of a round, one system call a socket.
class poller {
public:
  static result<poller> open();

  poller(poller&& other) noexcept;
  poller& operator=(poller&&) = delete;
  ~poller();

  bool add(int fd, pollable& who, bool writable);
  void change(int fd, pollable& who, bool writable);

  /// No call of `who` comes any more, not even in this round. Its descriptor
  /// is closed by whoever owns it.
  void remove(int fd, pollable& who);

  /// Calls `who.flush()` at the end of the round.
  void flush_later(pollable& who) {
    to_flush_.push_back(&who);
  }

  /// Flushes, waits until `deadline_us` at most, and tells.
  void round(std::int64_t deadline_us);

  /// Where everything that is read is read into.
  std::string& buffer() {
    return buffer_;
  }

private:
  explicit poller(int fd);

  void flush_all();

  int fd_;
  std::string buffer_;
  std::vector<pollable*> to_flush_ = {};
  std::vector<pollable*> flushing_ = {};
  /// The rest of this round; null where it was removed.
  std::vector<pollable*> told_ = {};
};

} // namespace parley::bench
