#include "bench/load/side_command.hpp"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::bench {

side_command::side_command(const std::string& command) : pid_(fork()) {
  if (pid_ != 0)
    return;
  setpgid(0, 0);
  execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  _exit(127);
}

side_command::~side_command() {
  if (pid_ <= 0)
    return;
  kill(-pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

bool side_command::has_ended() {
  if (pid_ <= 0)
    return true;
  int raw = 0;
  if (waitpid(pid_, &raw, WNOHANG) != pid_)
    return false;
  status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  pid_ = 0;
  return true;
}

} // namespace parley::bench
