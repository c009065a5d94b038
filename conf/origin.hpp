#pragma once

#include "base/error.hpp"

#include <string_view>

namespace parley::conf {

/// Whether a browser can send this as the `Origin` of a page (RFC 6454): a
/// scheme, a host and perhaps a port, as in `https://chat.example.org`. Or "*",
/// which stands for all. `bad_config` says what is wrong.
result<void> check_origin(std::string_view text);

} // namespace parley::conf
