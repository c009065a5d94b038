#include "bench/load/message_mark.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace parley::bench {

namespace {

template <class Number>
bool take_number(std::string_view& from, Number& out) {
  const auto* end = from.data() + from.size();
  auto [at, failed] = std::from_chars(from.data(), end, out);
  if (failed != std::errc{})
    return false;
  from.remove_prefix(static_cast<std::size_t>(at - from.data()));
  return true;
}

bool take_dot(std::string_view& from) {
  if (!from.starts_with('.'))
    return false;
  from.remove_prefix(1);
  return true;
}

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[24];
  auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  out.append(digits, end);
}

} // namespace

void append(std::string& out, const message_mark& mark) {
  append_number(out, mark.sender);
  out += '.';
  append_number(out, mark.counter);
  out += '.';
  append_number(out, mark.intended_us);
}

std::string text_of(unsigned bytes) {
  constexpr std::string_view words = "the quick brown fox jumps over it ";
  std::string out;
  while (out.size() < bytes)
    out += words;
  out.resize(std::max(bytes, 1u));
  if (out.back() == ' ')
    out.back() = '.';
  return out;
}

std::optional<message_mark> parse_mark(std::string_view text) {
  message_mark out;
  if (take_number(text, out.sender) && take_dot(text)
      && take_number(text, out.counter) && take_dot(text)
      && take_number(text, out.intended_us) && text.empty())
    return out;
  return std::nullopt;
}

} // namespace parley::bench
