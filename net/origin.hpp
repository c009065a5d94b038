#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::net {

/// Whether a page of `origin` may use this node: where there is no origin,
/// where it is the node itself, as the request's `Host` has it (with the
/// scheme's own port or without), or where it is among the allowed. "*" allows
/// all.
bool origin_allowed(std::string_view origin, std::string_view host,
                    const std::vector<std::string>& allowed);

} // namespace parley::net
