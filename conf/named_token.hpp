#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace parley::conf {

/// One of `ops.tokens`.
struct named_token {
  std::string name = {};
  /// It looks, and changes nothing.
  bool reader = false;
  std::string token = {};
};

/// Reads `NAME:ROLE:TOKEN`; a role is `operator` or `reader`, a name 1 to 64 of
/// a-z, 0-9, `-`, `_` and `.`, and a token has 16 characters or more.
result<named_token> parse_named_token(std::string_view text);

} // namespace parley::conf
