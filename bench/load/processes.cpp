#include "bench/load/processes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace parley::bench {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kib = 1024;

std::int64_t tick_us() {
  return 1'000'000 / sysconf(_SC_CLK_TCK);
}

std::string read_file(const fs::path& path) {
  std::ifstream in{path};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// The number after `name` in a file of "Name:   123 kB" lines.
std::int64_t field(std::string_view text, std::string_view name) {
  auto at = text.find(name);
  if (at == std::string_view::npos)
    return 0;
  at = text.find_first_of("0123456789", at + name.size());
  std::int64_t out = 0;
  if (at != std::string_view::npos)
    std::from_chars(text.data() + at, text.data() + text.size(), out);
  return out;
}

std::set<std::string> listening_inodes(const std::vector<target_node>& nodes) {
  constexpr std::string_view listens = "0A";
  std::set<std::string> out;
  for (const auto* file : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::istringstream lines{read_file(file)};
    std::string line;
    while (std::getline(lines, line)) {
      std::istringstream words{line};
      std::string slot, local, remote, state, skip, inode;
      words >> slot >> local >> remote >> state;
      for (int i = 0; i < 5; ++i)
        words >> skip;
      words >> inode;
      if (state != listens)
        continue;
      for (const auto& node : nodes)
        if (local.ends_with(fmt::format(":{:04X}", node.port)))
          out.insert(fmt::format("socket:[{}]", inode));
    }
  }
  return out;
}

bool holds_one_of(const fs::path& descriptors,
                  const std::set<std::string>& sockets) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator{descriptors, failed}) {
    auto to = fs::read_symlink(entry.path(), failed);
    if (!failed && sockets.contains(to.string()))
      return true;
  }
  return false;
}

std::optional<int> pid_of(const fs::path& folder) {
  auto name = folder.filename().string();
  int out = 0;
  auto [end, failed]
    = std::from_chars(name.data(), name.data() + name.size(), out);
  if (failed == std::errc{} && end == name.data() + name.size())
    return out;
  return std::nullopt;
}

} // namespace

process_use use_of(int pid) {
  process_use out{pid};
  auto folder = fs::path{"/proc"} / std::to_string(pid);
  auto stat = read_file(folder / "stat");
  auto open = stat.find('(');
  auto close = stat.rfind(')');
  if (open == std::string::npos || close == std::string::npos)
    return out;
  out.name = stat.substr(open + 1, close - open - 1);
  std::istringstream rest{stat.substr(close + 1)};
  std::string state, skip;
  std::int64_t user = 0, system = 0, ended_user = 0, ended_system = 0;
  rest >> state;
  for (int i = 0; i < 10; ++i)
    rest >> skip;
  rest >> user >> system >> ended_user >> ended_system;
  out.is_alive = state != "Z";
  out.cpu_us = (user + system) * tick_us();
  out.ended_cpu_us = (ended_user + ended_system) * tick_us();
  out.resident_bytes = field(read_file(folder / "status"), "VmRSS:") * kib;
  return out;
}

process_use family_use(int pid) {
  auto out = use_of(pid);
  out.cpu_us += out.ended_cpu_us;
  std::error_code failed;
  auto threads = fs::path{"/proc"} / std::to_string(pid) / "task";
  for (const auto& thread : fs::directory_iterator{threads, failed}) {
    std::istringstream children{read_file(thread.path() / "children")};
    for (int child = 0; children >> child;) {
      auto use = family_use(child);
      out.cpu_us += use.cpu_us;
      out.resident_bytes += use.resident_bytes;
    }
  }
  return out;
}

std::vector<int> listeners(const std::vector<target_node>& nodes) {
  std::vector<int> out;
  auto sockets = listening_inodes(nodes);
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator{"/proc", failed})
    if (auto pid = pid_of(entry.path());
        pid && holds_one_of(entry.path() / "fd", sockets))
      out.push_back(*pid);
  std::sort(out.begin(), out.end());
  return out;
}

std::int64_t kernel_bytes() {
  auto memory = read_file("/proc/meminfo");
  auto sockets = read_file("/proc/net/sockstat");
  return field(memory, "Slab:") * kib
         + field(sockets.substr(std::min(sockets.find("TCP:"), sockets.size())),
                 "mem")
             * sysconf(_SC_PAGESIZE);
}

machine_use parse_machine_use(const std::string& stat, std::int64_t tick_us) {
  std::istringstream first{stat};
  std::string name;
  first >> name;
  std::int64_t user = 0, nice = 0, system = 0, idle = 0, waits = 0,
               interrupts = 0, soft_interrupts = 0, stolen = 0;
  first >> user >> nice >> system >> idle >> waits >> interrupts
    >> soft_interrupts >> stolen;
  auto busy = user + nice + system + interrupts + soft_interrupts;
  return {busy * tick_us, stolen * tick_us};
}

machine_use use_of_machine() {
  return parse_machine_use(read_file("/proc/stat"), tick_us());
}

} // namespace parley::bench
