#pragma once

#include "base/log.hpp"

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

namespace parley::log {

/// The line that `write` writes, with its line break. Always one line of valid
/// JSON: bytes that are not UTF-8 become U+FFFD, numbers without a value null.
std::string format_line(std::chrono::system_clock::time_point now, level at,
                        std::string_view event,
                        std::initializer_list<field> fields);

} // namespace parley::log
