#include "tests/system/redis/redis_process.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::test {

namespace {

constexpr int tries = 5;

std::uint16_t free_port() {
  auto socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* raw = reinterpret_cast<sockaddr*>(&where);
  socklen_t size = sizeof where;
  auto bound
    = ::bind(socket, raw, size) == 0 && ::getsockname(socket, raw, &size) == 0;
  ::close(socket);
  return bound ? ntohs(where.sin_port) : std::uint16_t{0};
}

} // namespace

redis_process::redis_process(std::vector<std::string> more)
  : more_(std::move(more)) {
  for (int i = 0; i < tries && pid_ < 0; ++i) {
    port_ = free_port();
    if (!try_start())
      kill();
  }
  EXPECT_GT(pid_, 0) << "no redis-server";
}

std::vector<std::string>
redis_process::sentinel_of(const redis_process& master) {
  // A sentinel keeps what it knows in its configuration.
  auto file = master.dir_.path() / "sentinel.conf";
  std::ofstream{file} << "sentinel monitor main 127.0.0.1 " << master.port()
                      << " 1\nsentinel down-after-milliseconds main 1000\n"
                      << "sentinel failover-timeout main 3000\n";
  return {file.string(), "--sentinel"};
}

redis_process::~redis_process() {
  kill();
}

void redis_process::start() {
  ASSERT_TRUE(try_start());
}

bool redis_process::try_start() {
  std::vector<std::string> words{"redis-server"};
  if (more_.empty() || more_.back() != "--sentinel")
    words.insert(words.end(), {"--save", "", "--appendonly", "no"});
  words.insert(words.end(), more_.begin(), more_.end());
  words.insert(words.end(),
               {"--bind", "127.0.0.1", "--port", std::to_string(port_), "--dir",
                dir_.path().string(), "--logfile", "log"});
  // The configuration's file comes first where there is one.
  std::vector<char*> raw;
  for (auto& each : words)
    raw.push_back(each.data());
  raw.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    auto nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::execvp(raw[0], raw.data());
    ::_exit(127);
  }
  return eventually([this] {
    return cli("PING").find("NOAUTH") != std::string::npos
           || cli("PING") == "PONG";
  });
}

void redis_process::kill() {
  if (pid_ <= 0)
    return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void redis_process::stop_running() const {
  ::kill(pid_, SIGSTOP);
}

void redis_process::go_on_running() const {
  ::kill(pid_, SIGCONT);
}

std::string redis_process::cli(const std::string& words) const {
  auto command = "redis-cli -h 127.0.0.1 -p " + std::to_string(port_) + " "
                 + words + " 2>&1";
  std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "r"),
                                             &::pclose};
  std::string out;
  char buffer[4096];
  while (pipe && std::fgets(buffer, sizeof buffer, pipe.get()))
    out += buffer;
  while (!out.empty() && out.back() == '\n')
    out.pop_back();
  return out;
}

long redis_process::calls(const std::string& command) const {
  auto all = cli("INFO commandstats");
  auto found = all.find("cmdstat_" + command + ":calls=");
  if (found == std::string::npos)
    return 0;
  return std::atol(all.c_str() + all.find('=', found) + 1);
}

} // namespace parley::test
