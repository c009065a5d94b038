#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace parley::sim {

/// Everything random of one run, from one seed, the same on every machine.
class dice {
public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() {
    return engine_();
  }

  /// Between the two, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    auto span = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(engine_() % span);
  }

  bool one_in(std::int64_t n) {
    return n > 0 && between(1, n) == 1;
  }

  bool percent(std::int64_t p) {
    return between(0, 99) < p;
  }

  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(
      between(0, static_cast<std::int64_t>(from.size()) - 1))];
  }

private:
  std::mt19937_64 engine_;
};

} // namespace parley::sim
