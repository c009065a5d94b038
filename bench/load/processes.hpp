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

/// CPU time that all of the machine was not idle.
std::int64_t machine_busy_us();

} // namespace parley::bench
