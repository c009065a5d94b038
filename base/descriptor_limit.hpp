#pragma once

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

} // namespace parley
