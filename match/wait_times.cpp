#include "match/wait_times.hpp"

#include <algorithm>
#include <cmath>

namespace parley::match {

const std::array<std::int64_t, wait_times::buckets>& wait_times::bounds() {
  static const auto made = [] {
    std::array<std::int64_t, buckets> out;
    auto bound = 1.0;
    for (auto& each : out) {
      each = static_cast<std::int64_t>(std::ceil(bound));
      bound *= 1.25;
    }
    return out;
  }();
  return made;
}

void wait_times::add(std::chrono::milliseconds waited, timestamp_ms now) {
  move_to(now);
  auto& known = bounds();
  auto at = std::lower_bound(known.begin(), known.end() - 1, waited.count())
            - known.begin();
  auto bucket = static_cast<std::size_t>(at);
  ++by_minute_[static_cast<std::size_t>(minute_ % minutes)][bucket];
  ++all_[bucket];
  ++count_;
}

std::chrono::milliseconds wait_times::quantile(double part, timestamp_ms now) {
  move_to(now);
  if (count_ == 0)
    return std::chrono::milliseconds{0};
  auto rank = std::max<std::uint64_t>(
    1,
    static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  std::size_t at = 0;
  for (; at + 1 < buckets; ++at) {
    seen += all_[at];
    if (seen >= rank)
      break;
  }
  return std::chrono::milliseconds{bounds()[at]};
}

std::uint64_t wait_times::count(timestamp_ms now) {
  move_to(now);
  return count_;
}

void wait_times::move_to(timestamp_ms now) {
  auto to = now / 60'000;
  // A clock that is set back adds to the minute it had come to.
  if (to <= minute_)
    return;
  for (auto m = std::max(minute_, to - minutes) + 1; m <= to; ++m) {
    auto& old = by_minute_[static_cast<std::size_t>(m % minutes)];
    for (std::size_t i = 0; i < buckets; ++i) {
      all_[i] -= old[i];
      count_ -= old[i];
    }
    old = {};
  }
  minute_ = to;
}

} // namespace parley::match
