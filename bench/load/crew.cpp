#include "bench/load/crew.hpp"

#include <cerrno>
#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::bench {

namespace {

[[noreturn]] void be_worker(const worker_task& task) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  run_worker(task);
  _exit(0);
}

} // namespace

result<crew> crew::start(std::span<const worker_task> tasks) {
  crew out;
  for (const auto& task : tasks) {
    auto pid = fork();
    if (pid == 0)
      be_worker(task);
    if (pid < 0)
      return error{errc::io_failed,
                   "fork: " + std::generic_category().message(errno)};
    out.pids_.push_back(pid);
  }
  return out;
}

crew::crew(crew&& other) noexcept : pids_(std::exchange(other.pids_, {})) {}

crew::~crew() {
  for (auto pid : pids_)
    kill(pid, SIGKILL);
  for (auto pid : pids_)
    waitpid(pid, nullptr, 0);
}

bool crew::has_lost_one() {
  for (auto pid : pids_)
    if (waitpid(pid, nullptr, WNOHANG) == pid) {
      std::erase(pids_, pid);
      return true;
    }
  return false;
}

} // namespace parley::bench
