#pragma once

#include "base/error.hpp"
#include "net/http_api.hpp"

#include <ctime>
#include <string>
#include <string_view>

/// How responses are made and written.
namespace parley::net {

/// `{"error": …}` with the status that goes with it, and `Retry-After` where
/// the error says when.
http_response error_reply(const error& why);

/// The same with a status of its own.
http_response error_reply(unsigned status, const error& why);

struct reply_manners {
  bool keep_alive = true;
  /// The answer to HEAD: as to GET, without the body.
  bool head_only = false;
  bool encrypted = false;
  /// One of HTTP/1.0 must be told that the connection stays.
  bool old_client = false;
  /// The page that asked, where it is another's and allowed.
  std::string cors_origin = {};
};

/// The response as it goes over the wire, with the headers that every response
/// has: those for security, unless the handler has set them itself.
std::string to_wire(http_response response, const reply_manners& how);

/// The time as the header `Date` has it (RFC 9110, section 5.6.7).
std::string http_date(std::time_t when);

/// The answer to a preflight request of an allowed page.
http_response preflight_reply();

} // namespace parley::net
