#pragma once

#include <map>
#include <string>
#include <string_view>

namespace parley::actors::wire {

/// The bytes under each name of tests/fixtures/wire/NAME, whose lines are a
/// name and bytes in hexadecimal.
std::map<std::string, std::string> read_fixtures(const std::string& name);

std::string hex_of(std::string_view bytes);

} // namespace parley::actors::wire
