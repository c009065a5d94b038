#pragma once

#include <algorithm>
#include <chrono>

namespace parley::cluster::presence {

/// How long to wait before trying again: longer each time, up to two seconds.
class backoff {
public:
  /// Each call doubles what the next one says.
  std::chrono::milliseconds next() {
    auto now = wait_;
    wait_ = std::min(2 * wait_, std::chrono::milliseconds{2'000});
    return now;
  }

  void reset() {
    *this = {};
  }

private:
  std::chrono::milliseconds wait_{100};
};

} // namespace parley::cluster::presence
