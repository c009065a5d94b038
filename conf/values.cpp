#include "conf/values.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

namespace parley::conf {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t size;
};

// From small to large; the first is what a bare number means.
constexpr std::array<unit, 5> byte_units{{{"", 1},
                                          {"KiB", 1ull << 10},
                                          {"MiB", 1ull << 20},
                                          {"GiB", 1ull << 30},
                                          {"TiB", 1ull << 40}}};
constexpr std::array<unit, 5> time_units{
  {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

error fault(std::string what) {
  return {errc::bad_config, std::move(what)};
}

std::optional<std::uint64_t> parse_scaled(std::string_view text,
                                          std::span<const unit> units) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{})
    return std::nullopt;
  auto name = text.substr(static_cast<std::size_t>(stopped - text.data()));
  for (const auto& x : units) {
    if (name != x.name && !(name.empty() && x.size == 1))
      continue;
    if (number > std::numeric_limits<std::int64_t>::max() / x.size)
      return std::nullopt;
    return number * x.size;
  }
  return std::nullopt;
}

std::string format_scaled(std::uint64_t number, std::span<const unit> units) {
  auto best = units.front();
  for (const auto& x : units)
    if (number != 0 && number % x.size == 0)
      best = x;
  return fmt::format("{}{}", number / best.size, best.name);
}

std::string format_bytes(std::uint64_t x) {
  return format_scaled(x, byte_units);
}

std::string format_duration(std::chrono::milliseconds x) {
  return format_scaled(static_cast<std::uint64_t>(x.count()), time_units);
}

} // namespace

result<void> read(const text_key&, std::string_view text, std::string& out) {
  out = text;
  return {};
}

result<void> read(const flag_key&, std::string_view text, bool& out) {
  if (text != "true" && text != "false")
    return fault("is true or false");
  out = text == "true";
  return {};
}

result<void> read(const count_key& key, std::string_view text,
                  std::uint64_t& out) {
  constexpr std::array<unit, 1> no_units{{{"", 1}}};
  auto x = parse_scaled(text, no_units);
  if (!x || *x < key.least || *x > key.most)
    return fault(
      fmt::format("is a whole number from {} to {}", key.least, key.most));
  out = *x;
  return {};
}

result<void> read(const bytes_key& key, std::string_view text,
                  std::uint64_t& out) {
  auto x = parse_scaled(text, byte_units);
  if (!x || *x < key.least || *x > key.most)
    return fault(fmt::format(
      "is a number of bytes from {} to {}, alone or with KiB, MiB, GiB or TiB",
      format_bytes(key.least), format_bytes(key.most)));
  out = *x;
  return {};
}

result<void> read(const duration_key& key, std::string_view text,
                  std::chrono::milliseconds& out) {
  auto x = parse_scaled(text, time_units);
  std::chrono::milliseconds duration{x.value_or(0)};
  if (!x || duration < key.least || duration > key.most)
    return fault(
      fmt::format("is a time from {} to {}: a number with ms, s, m, h or d",
                  format_duration(key.least), format_duration(key.most)));
  out = duration;
  return {};
}

result<void> read(const rate_key&, std::string_view text, rate& out) {
  auto x = parse_rate(text);
  if (!x)
    return x.error();
  out = *x;
  return {};
}

result<void> read(const address_key&, std::string_view text, address& out) {
  auto x = parse_address(text);
  if (!x)
    return x.error();
  out = std::move(*x);
  return {};
}

result<void> read(const level_key&, std::string_view text, log::level& out) {
  auto x = log::parse_level(text);
  if (!x)
    return fault("is debug, info, warning, error or off");
  out = *x;
  return {};
}

std::string write(const text_key& key, const std::string& x) {
  return key.shown == secrecy::secret && !x.empty() ? "***" : x;
}

std::string write(const flag_key&, bool x) {
  return x ? "true" : "false";
}

std::string write(const count_key&, std::uint64_t x) {
  return std::to_string(x);
}

std::string write(const bytes_key&, std::uint64_t x) {
  return format_bytes(x);
}

std::string write(const duration_key&, std::chrono::milliseconds x) {
  return format_duration(x);
}

std::string write(const rate_key&, const rate& x) {
  return to_string(x);
}

std::string write(const address_key&, const address& x) {
  return to_string(x);
}

std::string write(const level_key&, log::level x) {
  return std::string{to_string(x)};
}

result<void> read(const attribute_key&, std::string_view text,
                  match::attribute& out) {
  auto x = match::parse_attribute(out.name, text);
  if (!x)
    return x.error();
  out = std::move(*x);
  return {};
}

std::string write(const attribute_key&, const match::attribute& x) {
  return match::to_string(x);
}

} // namespace parley::conf
