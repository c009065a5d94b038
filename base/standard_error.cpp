#include "base/standard_error.hpp"

#include <climits>

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace parley {

namespace {

using std::chrono::steady_clock;

bool wait_until_writable(steady_clock::time_point deadline) {
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(
      deadline - steady_clock::now());
    pollfd out{STDERR_FILENO, POLLOUT, 0};
    auto ready
      = ::poll(&out, 1, static_cast<int>(std::max<long>(0, left.count())));
    if (ready > 0)
      return (out.revents & POLLOUT) != 0;
    if (ready == 0 || errno != EINTR)
      return false;
  }
}

} // namespace

// A pipe that is writable takes PIPE_BUF bytes without waiting. The descriptor
// is not made non-blocking, for others may share it.
std::size_t write_standard_error(std::string_view bytes,
                                 std::chrono::milliseconds patience) {
  auto deadline = steady_clock::now() + patience;
  std::size_t written = 0;
  while (written < bytes.size() && wait_until_writable(deadline)) {
    auto part = std::min<std::size_t>(bytes.size() - written, PIPE_BUF);
    auto done = ::write(STDERR_FILENO, bytes.data() + written, part);
    if (done > 0)
      written += static_cast<std::size_t>(done);
    else if (errno != EINTR && errno != EAGAIN)
      break;
  }
  return written;
}

} // namespace parley
