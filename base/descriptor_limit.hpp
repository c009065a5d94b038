#pragma once

#include <cstddef>
#include <sys/resource.h>

namespace parley {

/// Lets this process, and those it starts, have as many descriptors as it may.
inline void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// How many descriptors this process may have now.
inline std::size_t descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return 0;
  return static_cast<std::size_t>(limit.rlim_cur);
}

} // namespace parley
