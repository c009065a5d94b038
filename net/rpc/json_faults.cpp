#include "net/rpc/json_faults.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>

namespace parley::net::rpc {

namespace {

namespace json = boost::json;

struct findings {
  std::size_t members = 0;
  bool wide_number = false;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_in_number(char c) {
  return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e'
         || c == 'E';
}

/// Whether the digits of a whole number, without those in front that are none,
/// are more than 64 bits can have.
bool is_wide(std::string_view number) {
  constexpr std::string_view most = "18446744073709551615";
  constexpr std::string_view least = "9223372036854775808";
  auto negative = number.front() == '-';
  if (negative)
    number.remove_prefix(1);
  if (number.find_first_not_of("0123456789") != number.npos)
    return false;
  auto bound = negative ? least : most;
  if (number.size() != bound.size())
    return number.size() > bound.size();
  return number > bound;
}

/// The place behind the text that begins at `at`.
std::size_t behind_text(std::string_view bytes, std::size_t at) {
  for (++at; at < bytes.size() && bytes[at] != '"'; ++at)
    if (bytes[at] == '\\')
      ++at;
  return at + 1;
}

findings look_at(std::string_view bytes) {
  findings out;
  for (std::size_t at = 0; at < bytes.size();) {
    auto c = bytes[at];
    if (c == '"') {
      at = behind_text(bytes, at);
    } else if (c == '-' || is_digit(c)) {
      auto begin = at;
      while (at < bytes.size() && is_in_number(bytes[at]))
        ++at;
      out.wide_number
        = out.wide_number || is_wide(bytes.substr(begin, at - begin));
    } else {
      out.members += c == ':' ? 1 : 0;
      ++at;
    }
  }
  return out;
}

/// Nests as deep as what was read may.
std::size_t members_of(const json::value& read) {
  std::size_t count = 0;
  if (const auto* list = read.if_array()) {
    for (const auto& each : *list)
      count += members_of(each);
  } else if (const auto* object = read.if_object()) {
    count = object->size();
    for (const auto& each : *object)
      count += members_of(each.value());
  }
  return count;
}

} // namespace

const char* fault_in_json(std::string_view bytes, const json::value& read) {
  auto found = look_at(bytes);
  if (found.wide_number)
    return "a number needs more than 64 bits: send it as a string";
  if (found.members != members_of(read))
    return "an object has two members of the same name";
  return nullptr;
}

} // namespace parley::net::rpc
