#pragma once

#include "bench/load/board.hpp"
#include "bench/load/worker.hpp"

#include <span>
#include <sys/types.h>
#include <vector>

namespace parley::bench {

/// The processes that make the load. They end with this object, and with this
/// process.
class crew {
public:
  /// Forks one process for each of `tasks`. The calling process must have one
  /// thread only.
  static result<crew> start(std::span<const worker_task> tasks);

  crew(crew&& other) noexcept;
  crew& operator=(crew&&) = delete;
  ~crew();

  /// Whether one has ended that should not have.
  bool has_lost_one();

private:
  crew() = default;

  std::vector<pid_t> pids_ = {};
};

} // namespace parley::bench
