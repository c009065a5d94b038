#pragma once

#include "net/poller.hpp"
#include "net/tls_context.hpp"
#include "net/unique_fd.hpp"

#include <cstddef>
#include <span>
#include <sys/uio.h>

namespace parley::net {

/// What came of an attempt to read or write.
struct io_outcome {
  enum class kind : std::uint8_t { done, again, closed };

  kind what = kind::again;
  std::size_t bytes = 0;
};

/// A connected, non-blocking socket, with TLS or without, and what a poller
/// watches it for. Nothing here waits.
class stream_socket {
public:
  stream_socket(unique_fd fd, tls_stream tls);

  bool encrypted() const {
    return tls_ != nullptr;
  }

  bool open() const {
    return static_cast<bool>(fd_);
  }

  /// `done` once the TLS handshake is over, at once where there is none.
  io_outcome handshake();

  io_outcome read(std::span<char> into);

  /// Reads what comes before TLS begins.
  io_outcome read_plain(std::span<char> into);

  io_outcome write(std::span<const iovec> pieces);

  /// TLS may have decrypted more than was read: then nothing will say that the
  /// socket is readable.
  bool has_more() const;

  /// TLS may have to write before it can go on.
  bool must_write() const {
    return must_write_;
  }

  void watch(poller& where, poll_handler& handler, interest now);

  /// Says that nothing more will be written.
  void end_output();

  /// Leaves the poller and closes.
  void close(poller& where, poll_handler& handler);

private:
  io_outcome tls_outcome(int returned);

  unique_fd fd_;
  tls_stream tls_;
  interest watched_ = interest::none;
  bool must_write_ = false;
};

} // namespace parley::net
