#pragma once

#include <cstddef>
#include <string_view>

namespace parley {

/// How many bytes `text` takes as a JSON string, quotes included, as answers
/// are written: a control character takes two or six, a quote or a backslash
/// two, everything else what it is.
std::size_t json_size(std::string_view text);

} // namespace parley
