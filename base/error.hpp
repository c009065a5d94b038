#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley {

/// Every failure a caller can act on. The values travel between nodes and the
/// names to clients: append only, never renumber.
enum class errc : std::uint8_t {
  internal = 1,
  parse_error = 2,
  invalid_request = 3,
  method_not_found = 4,
  bad_params = 5,
  unauthenticated = 6,
  forbidden = 7,
  not_found = 8,
  conflict = 9,
  too_large = 10,
  rate_limited = 11,
  unavailable = 12,
  corrupt = 13,
  io_failed = 14,
  bad_config = 15,
};

/// The name of `code` as logs and clients see it, e.g. "not_found".
std::string_view to_string(errc code);

/// Why something was not done. A call that fails has changed nothing.
struct error {
  errc code = errc::internal;
  /// For people: what is wrong, never a secret or a message's text.
  std::string detail = {};
  /// The parameter at fault, where one is.
  std::string field = {};
  /// When a repetition may succeed; 0 says nothing about it.
  std::uint32_t retry_after_ms = 0;

  friend bool operator==(const error&, const error&) = default;
};

/// A value, or why there is none.
template <class T>
using result = boost::system::result<T, error>;

/// Called by `result<T>::value()` when there is none: a defect of the caller.
[[noreturn]] void throw_exception_from_error(const error& reason,
                                             const boost::source_location&);

} // namespace parley
