#pragma once

#include "cluster/raft/types.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace parley::cluster {

/// What one node sends to bring others level.
inline constexpr std::uint64_t catch_up_bytes_per_second_default
  = std::uint64_t{8} << 20;

/// How fast a node reads its logs for members that lag: so many bytes a second
/// more than are written meanwhile, so that they come level under any load. For
/// all of its logs together, on their thread.
class catch_up_pace {
public:
  explicit catch_up_pace(std::uint64_t bytes_per_second)
    : bytes_per_second_(std::max<std::uint64_t>(bytes_per_second, 1)) {}

  /// In how many milliseconds something may be read, 0 is now.
  std::uint32_t wait(raft::time_ms now) {
    auto passed = static_cast<double>(std::max<raft::time_ms>(now - at_, 0));
    at_ = std::max(at_, now);
    owed_ms_ = std::max(0.0, owed_ms_ - passed);
    return static_cast<std::uint32_t>(std::ceil(owed_ms_));
  }

  void sent(std::size_t bytes) {
    owed_ms_ += time_for(bytes);
  }

  void written(std::size_t bytes) {
    owed_ms_ = std::max(0.0, owed_ms_ - time_for(bytes));
  }

private:
  double time_for(std::size_t bytes) const {
    return static_cast<double>(bytes) * 1000
           / static_cast<double>(bytes_per_second_);
  }

  std::uint64_t bytes_per_second_;
  double owed_ms_ = 0;
  raft::time_ms at_ = 0;
};

} // namespace parley::cluster
