#pragma once

#include "tests/hostile/call.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace parley::hostile {

/// What is wrong, printed as it is found: the seed, the call, and what was
/// seen. A kind is printed five times at most and counted from then on.
class findings {
public:
  explicit findings(std::uint64_t seed) : seed_(seed) {}

  void add(std::string_view kind, std::uint64_t call, std::string_view what);
  void add(std::string_view kind, const call& concerned, std::string_view what);

  std::uint64_t count() const {
    return count_;
  }
  const std::map<std::string, std::uint64_t, std::less<>>& kinds() const {
    return kinds_;
  }

private:
  std::uint64_t seed_;
  std::uint64_t count_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> kinds_ = {};
};

} // namespace parley::hostile
