#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace parley::test {

/// Whether `holds` becomes true before patience ends; for what nobody tells of.
inline bool eventually(const std::function<bool()>& holds,
                       std::chrono::milliseconds patience
                       = std::chrono::seconds{15}) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

} // namespace parley::test
