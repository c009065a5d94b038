#include "base/error.hpp"

#include "base/check.hpp"

namespace parley {

std::string_view to_string(errc code) {
  switch (code) {
    case errc::internal: return "internal";
    case errc::parse_error: return "parse_error";
    case errc::invalid_request: return "invalid_request";
    case errc::method_not_found: return "method_not_found";
    case errc::bad_params: return "bad_params";
    case errc::unauthenticated: return "unauthenticated";
    case errc::forbidden: return "forbidden";
    case errc::not_found: return "not_found";
    case errc::conflict: return "conflict";
    case errc::too_large: return "too_large";
    case errc::rate_limited: return "rate_limited";
    case errc::unavailable: return "unavailable";
    case errc::corrupt: return "corrupt";
    case errc::io_failed: return "io_failed";
    case errc::bad_config: return "bad_config";
  }
  // A number from a newer node.
  return "internal";
}

void throw_exception_from_error(const error& reason,
                                const boost::source_location& where) {
  check_failed(reason.detail.empty() ? "result has a value"
                                     : reason.detail.c_str(),
               where.file_name(), static_cast<int>(where.line()));
}

} // namespace parley
