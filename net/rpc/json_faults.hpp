#pragma once

#include <boost/json/value.hpp>

#include <string_view>

namespace parley::net::rpc {

/// Why JSON does not mean what was read of it, or null where it does: an object
/// names a member twice, of which one was dropped, or a whole number needs more
/// than 64 bits and came out as another. `bytes` is good JSON, and `read` its
/// value.
const char* fault_in_json(std::string_view bytes,
                          const boost::json::value& read);

} // namespace parley::net::rpc
