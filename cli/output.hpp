#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What commands print for people.
namespace parley::cli {

/// Columns as wide as their widest cell; the last is not padded. The first row
/// is the heading; nothing but it says that there is nothing.
std::string table(const std::vector<std::vector<std::string>>& rows);

/// Names and values under each other, without a heading.
std::string sheet(const std::vector<std::vector<std::string>>& rows);

/// `x` on one line: a string as it is, anything else as JSON.
std::string cell(const boost::json::value& x);

/// What users wrote, harmless to a terminal: control characters are shown as
/// `?`.
std::string harmless(std::string_view text);

/// "2026-11-22 02:03:39.123Z"; "-" for 0.
std::string time_of_ms(std::int64_t ms);

/// The member of an object, or null.
const boost::json::value& member(const boost::json::value& from,
                                 std::string_view name);
std::int64_t number(const boost::json::value& from, std::string_view name);
std::string text(const boost::json::value& from, std::string_view name);

} // namespace parley::cli
