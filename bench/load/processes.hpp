#pragma once

#include "bench/load/endpoint.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What Linux says of processes, in /proc.
namespace parley::bench {

struct process_use {
  int pid = 0;
  std::string name = {};
  /// False where it has ended.
  bool is_alive = false;
  /// User and system time, to 10 ms; and that of children that have ended.
  std::int64_t cpu_us = 0;
  std::int64_t ended_cpu_us = 0;
  std::int64_t resident_bytes = 0;
};

process_use use_of(int pid);

/// The same with all that it has started, and what these have: also with what
/// has ended meanwhile and was waited for.
process_use family_use(int pid);

/// Those that listen on the nodes' ports, as far as they are on this machine
/// and we may look at them.
std::vector<int> listeners(const std::vector<target_node>& nodes);

/// Memory of the kernel that sockets and their like take, of the whole machine.
std::int64_t kernel_bytes();

/// CPU time of all of the machine.
struct machine_use {
  /// Neither idle nor taken.
  std::int64_t busy_us = 0;
  /// What it wanted and its host gave to others, where it is a virtual one.
  std::int64_t stolen_us = 0;
};

/// What /proc/stat says (proc_stat(5)), in ticks of so many microseconds.
machine_use parse_machine_use(const std::string& stat, std::int64_t tick_us);

machine_use use_of_machine();

} // namespace parley::bench
