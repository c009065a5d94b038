#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace parley::net {

/// How the sessions of a node are to leave it.
struct departure {
  /// By when the last is gone; the others evenly before it.
  std::chrono::milliseconds window{0};
  /// Where they are sent, in turn; empty where they find the way themselves.
  std::vector<std::string> urls = {};
};

} // namespace parley::net
