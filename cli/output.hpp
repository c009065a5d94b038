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

/// "3d 4h", "2h 5m", "7m 12s" or "12s".
std::string length_of_s(std::int64_t seconds);

/// "75.9 GiB".
std::string size_of_bytes(std::int64_t bytes);

/// Milliseconds since 1970, so long ago.
std::int64_t ms_before_now(std::uint64_t seconds);

/// The member of an object, or null.
const boost::json::value& member(const boost::json::value& from,
                                 std::string_view name);
/// The same, which is a list; an empty one where it is none.
const boost::json::array& list_in(const boost::json::value& from,
                                  std::string_view name);
std::int64_t number(const boost::json::value& from, std::string_view name);
std::string text(const boost::json::value& from, std::string_view name);

} // namespace parley::cli
