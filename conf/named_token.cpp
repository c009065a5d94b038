#include "conf/named_token.hpp"

#include <algorithm>

namespace parley::conf {

namespace {

constexpr std::size_t token_name_bytes_max = 64;
constexpr std::size_t token_bytes_min = 16;

bool is_token_name(std::string_view text) {
  auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= token_name_bytes_max
         && std::all_of(text.begin(), text.end(), fits);
}

} // namespace

result<named_token> parse_named_token(std::string_view text) {
  const error wrong{errc::bad_config,
                    "is NAME:ROLE:TOKEN; a role is operator or reader, a name "
                    "1 to 64 of a-z, 0-9, '-', '_' and '.', and a token has at "
                    "least 16 characters"};
  auto first = text.find(':');
  if (first == std::string_view::npos)
    return wrong;
  auto second = text.find(':', first + 1);
  if (second == std::string_view::npos)
    return wrong;
  named_token out;
  out.name = text.substr(0, first);
  out.token = text.substr(second + 1);
  auto role = text.substr(first + 1, second - first - 1);
  if (!is_token_name(out.name) || out.token.size() < token_bytes_min
      || (role != "operator" && role != "reader"))
    return wrong;
  out.reader = role == "reader";
  return out;
}

} // namespace parley::conf
