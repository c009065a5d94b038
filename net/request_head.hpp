#pragma once

#include "base/error.hpp"
#include "net/http_api.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What RFC 9112 and RFC 9110 ask of a request's head.
namespace parley::net {

/// What is wrong with a request, and the status that says so. The connection
/// ends with it, for nobody knows where the next request would begin.
struct request_fault {
  unsigned status = 400;
  error why;
};

/// Whether the length of the body is said in one way that everybody
/// understands alike, there is one `Host`, headers that have one value are
/// there once, and what is expected can be met.
std::optional<request_fault> check_head(const http_request& request);

/// Makes a target in absolute form one in origin form, whose authority becomes
/// the `Host` (RFC 9112, section 3.2.2). Of other targets only paths, and `*`
/// of OPTIONS, are left alone.
std::optional<request_fault> normalize_target(http_request& request);

/// All lines of a header that is a list, as one.
std::string list_value(const http_request& request, std::string_view name);

/// Whether `word` is in the list of that name, in any case.
bool list_has(const http_request& request, std::string_view name,
              std::string_view word);

/// Whether the connection goes on after the request has been answered (RFC
/// 9112, section 9.3).
bool keeps_alive(const http_request& request);

/// The value of the only header line of that name, among those that were parsed
/// and those in `rest`, which follow and may be cut off. Empty where there is
/// none, or more than one.
std::string lone_value(const http_request& parsed, std::string_view rest,
                       std::string_view name);

} // namespace parley::net
