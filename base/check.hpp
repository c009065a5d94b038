#pragma once

namespace parley {

/// Writes what did not hold to standard error and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file,
                               int line);

} // namespace parley

/// An invariant, checked in every build: the process that breaks one must not
/// write another byte.
#define PARLEY_CHECK(condition)                                                \
  ((condition) ? static_cast<void>(0)                                          \
               : ::parley::check_failed(#condition, __FILE__, __LINE__))
