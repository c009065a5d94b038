#include "base/monotonic_clock.hpp"

namespace parley {

namespace {

class running_clock final : public clock {
public:
  timestamp_ms now_ms() const override {
    auto since = steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  }
};

} // namespace

const clock& monotonic_clock() {
  static const running_clock instance;
  return instance;
}

} // namespace parley
