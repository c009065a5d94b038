#include "cli/output.hpp"

#include "base/clock.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <iterator>

namespace parley::cli {

namespace json = boost::json;

namespace {

constexpr std::size_t gap = 2;

// Characters of UTF-8, which is as wide as most of them are.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
    std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

// The second control block, U+0080 to U+009F, as UTF-8 writes it.
bool is_c1(std::string_view text, std::size_t at) {
  if (text[at] != '\xc2' || at + 1 == text.size())
    return false;
  auto next = static_cast<unsigned char>(text[at + 1]);
  return next >= 0x80 && next < 0xa0;
}

} // namespace

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size())
        out.append(widths[i] - width(row[i]) + gap, ' ');
    }
    out += '\n';
  }
  return out;
}

std::string sheet(const std::vector<std::vector<std::string>>& rows) {
  return table(rows);
}

std::string cell(const json::value& x) {
  if (const auto* string = x.if_string())
    return harmless({string->data(), string->size()});
  return json::serialize(x);
}

std::string harmless(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) {
      out += '?';
    } else if (is_c1(text, i)) {
      out += '?';
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string time_of_ms(std::int64_t ms) {
  if (ms <= 0)
    return "-";
  auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr)
    return std::to_string(ms);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &parts);
  char out[48];
  std::snprintf(out, sizeof out, "%s.%03dZ", date, static_cast<int>(ms % 1000));
  return out;
}

std::string length_of_s(std::int64_t seconds) {
  auto pair = [](std::int64_t large, const char* first, std::int64_t small,
                 const char* second) {
    return std::to_string(large) + first + ' ' + std::to_string(small) + second;
  };
  if (seconds >= 86'400)
    return pair(seconds / 86'400, "d", seconds % 86'400 / 3600, "h");
  if (seconds >= 3600)
    return pair(seconds / 3600, "h", seconds % 3600 / 60, "m");
  if (seconds >= 60)
    return pair(seconds / 60, "m", seconds % 60, "s");
  return std::to_string(seconds) + "s";
}

std::string size_of_bytes(std::int64_t bytes) {
  constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < std::size(units); ++unit)
    size /= 1024;
  char out[32];
  std::snprintf(out, sizeof out, unit == 0 ? "%.0f %s" : "%.1f %s", size,
                units[unit]);
  return out;
}

std::int64_t ms_before_now(std::uint64_t seconds) {
  return system_clock().now_ms() - static_cast<std::int64_t>(seconds) * 1000;
}

const json::value& member(const json::value& from, std::string_view name) {
  static const json::value nothing;
  const auto* object = from.if_object();
  const auto* found
    = object ? object->if_contains({name.data(), name.size()}) : nullptr;
  return found ? *found : nothing;
}

const json::array& list_in(const json::value& from, std::string_view name) {
  static const json::array nothing;
  const auto* found = member(from, name).if_array();
  return found ? *found : nothing;
}

std::int64_t number(const json::value& from, std::string_view name) {
  const auto* found = member(from, name).if_int64();
  return found ? *found : 0;
}

std::string text(const json::value& from, std::string_view name) {
  const auto& found = member(from, name);
  return found.is_null() ? std::string{} : cell(found);
}

} // namespace parley::cli
