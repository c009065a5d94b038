#pragma once

#include "net/api/http_router.hpp"

namespace parley::net {

/// Serves the files that are built into the binary, with a policy that lets
/// the page load nothing from anywhere else.
void add_page_routes(http_router& to);

} // namespace parley::net
