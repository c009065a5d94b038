#include "base/clock.hpp"

namespace parley {

namespace {

class machine_clock final : public clock {
public:
  timestamp_ms now_ms() const override {
    auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  }
};

} // namespace

const clock& system_clock() {
  static const machine_clock instance;
  return instance;
}

} // namespace parley
