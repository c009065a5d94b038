#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace parley {

// Neither the log nor an allocation: both may be what is broken.
void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

} // namespace parley
