#include "base/check.hpp"

#include "base/standard_error.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace parley {

namespace {

constexpr std::chrono::seconds reader_patience{1};

} // namespace

// Neither the log nor an allocation: both may be what is broken. Nor stdio,
// which would wait for ever where nobody reads it.
void check_failed(const char* condition, const char* file, int line) {
  std::array<char, 1024> text{};
  auto size = std::snprintf(text.data(), text.size(),
                            "%s:%d: check failed: %s\n", file, line, condition);
  auto kept
    = std::min(static_cast<std::size_t>(std::max(size, 0)), text.size() - 1);
  write_standard_error({text.data(), kept}, reader_patience);
  std::abort();
}

} // namespace parley
