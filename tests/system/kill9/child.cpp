#include "tests/system/kill9/child.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::test {

using clock_type = std::chrono::steady_clock;

child::child(const std::string& program, const std::string& dir) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return;
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl(program.c_str(), program.c_str(), dir.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  pipe_ = ends[0];
}

child::~child() {
  if (pid_ > 0)
    kill();
}

std::vector<ack> child::read_for(std::chrono::microseconds enough,
                                 std::chrono::seconds patience) {
  std::vector<ack> acks;
  if (!read_some(acks, patience))
    return acks;
  auto end = clock_type::now() + enough;
  for (auto now = clock_type::now(); now < end; now = clock_type::now()) {
    auto left
      = std::chrono::duration_cast<std::chrono::microseconds>(end - now);
    if (!read_some(acks, left))
      break;
  }
  return acks;
}

std::vector<ack> child::kill() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  std::vector<ack> acks;
  while (read_some(acks, std::chrono::seconds{0}))
    ; // until the end of the pipe, whose writer is gone
  ::close(pipe_);
  return acks;
}

/// Waits for bytes and takes the whole acks among them; false: none came.
bool child::read_some(std::vector<ack>& to, std::chrono::microseconds wait) {
  timespec limit{};
  limit.tv_sec = static_cast<time_t>(wait.count() / 1'000'000);
  limit.tv_nsec = static_cast<long>(wait.count() % 1'000'000 * 1'000);
  pollfd waiting{pipe_, POLLIN, 0};
  if (::ppoll(&waiting, 1, &limit, nullptr) <= 0)
    return false;
  std::array<char, 64 * 1024> buffer;
  auto size = ::read(pipe_, buffer.data(), buffer.size());
  if (size <= 0)
    return false;
  rest_.append(buffer.data(), static_cast<std::size_t>(size));
  auto count = rest_.size() / sizeof(ack);
  auto before = to.size();
  to.resize(before + count);
  if (count > 0)
    std::memcpy(&to[before], rest_.data(), count * sizeof(ack));
  rest_.erase(0, count * sizeof(ack));
  return true;
}

} // namespace parley::test
