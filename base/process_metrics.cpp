#include "base/process_metrics.hpp"

#include "base/log.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace parley::metrics {

namespace {

using families = std::vector<prometheus::MetricFamily>;

void add(families& to, const char* name, const char* help, double value,
         prometheus::MetricType type = prometheus::MetricType::Gauge) {
  prometheus::ClientMetric one;
  if (type == prometheus::MetricType::Counter)
    one.counter.value = value;
  else
    one.gauge.value = value;
  to.push_back({name, help, type, {std::move(one)}});
}

/// The fields of /proc/self/stat behind the name, which may hold anything.
std::vector<double> read_stat() {
  std::ifstream in{"/proc/self/stat"};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos)
    return {};
  std::istringstream rest{text.substr(end_of_name + 1)};
  std::string state;
  rest >> state;
  return {std::istream_iterator<double>{rest}, {}};
}

double boot_time() {
  std::ifstream in{"/proc/stat"};
  for (std::string word; in >> word;)
    if (word == "btime") {
      double seconds = 0;
      in >> seconds;
      return seconds;
    }
  return 0;
}

// Numbers as in proc(5), less the three fields before ours.
void add_stat(families& to) {
  constexpr std::size_t utime = 14 - 4;
  constexpr std::size_t stime = 15 - 4;
  constexpr std::size_t threads = 20 - 4;
  constexpr std::size_t start = 22 - 4;
  constexpr std::size_t virtual_bytes = 23 - 4;
  constexpr std::size_t resident_pages = 24 - 4;
  auto stat = read_stat();
  if (stat.size() <= resident_pages)
    return;
  auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  add(to, "process_cpu_seconds_total", "CPU time that the process has used.",
      (stat[utime] + stat[stime]) / ticks, prometheus::MetricType::Counter);
  add(to, "process_threads", "Threads of the process.", stat[threads]);
  add(to, "process_start_time_seconds",
      "When the process began, in seconds since 1970.",
      boot_time() + stat[start] / ticks);
  add(to, "process_virtual_memory_bytes", "Address space of the process.",
      stat[virtual_bytes]);
  add(to, "process_resident_memory_bytes", "Memory that the process holds.",
      stat[resident_pages] * static_cast<double>(::sysconf(_SC_PAGESIZE)));
}

void add_descriptors(families& to) {
  std::error_code failure;
  std::filesystem::directory_iterator each{"/proc/self/fd", failure};
  double open = 0;
  for (; !failure && each != std::filesystem::end(each);
       each.increment(failure))
    ++open;
  if (!failure)
    add(to, "process_open_fds", "File descriptors that are open.", open);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    add(to, "process_max_fds", "File descriptors that may be open.",
        static_cast<double>(limit.rlim_cur));
}

} // namespace

families process_metrics() {
  families out;
  add_stat(out);
  add_descriptors(out);
  add(out, "parley_log_lines_dropped_total",
      "Lines of the log that nobody read in time.",
      static_cast<double>(log::dropped()), prometheus::MetricType::Counter);
  return out;
}

} // namespace parley::metrics
