#pragma once

#include "base/ids.hpp"

#include <array>
#include <chrono>
#include <cstdint>

namespace parley::match {

/// How long those waited who were matched within the last 15 minutes. Time
/// goes by minutes, waits by steps of a quarter: what it says is at most that
/// much too long.
class wait_times {
public:
  void add(std::chrono::milliseconds waited, timestamp_ms now);

  /// What that part (0 to 1) of them waited at most; none where nobody was
  /// matched.
  std::chrono::milliseconds quantile(double part, timestamp_ms now);

  /// How many they are.
  std::uint64_t count(timestamp_ms now);

  static constexpr int minutes = 15;

private:
  /// 1 ms to beyond a day, each a quarter longer than the one before.
  static constexpr std::size_t buckets = 84;
  using histogram = std::array<std::uint32_t, buckets>;

  static const std::array<std::int64_t, buckets>& bounds();
  void move_to(timestamp_ms now);

  std::array<histogram, minutes> by_minute_ = {};
  histogram all_ = {};
  std::uint64_t count_ = 0;
  std::int64_t minute_ = 0;
};

} // namespace parley::match
