#include "base/token_bucket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace parley {

namespace {

constexpr double rate_max = 1e6;

// Much less than any cost, much more than what rounding loses in a day.
constexpr double epsilon = 1e-6;

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stopped != end || !std::isfinite(value))
    return std::nullopt;
  return value;
}

double used_at(double used, std::int64_t then, std::int64_t now,
               double per_second) {
  auto passed = static_cast<double>(std::max<std::int64_t>(now - then, 0));
  return std::max(0.0, used - passed * per_second / 1000);
}

} // namespace

result<rate> parse_rate(std::string_view text) {
  if (text == "off")
    return rate{};
  auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    auto per_second = parse_number(text.substr(0, slash));
    auto burst = parse_number(text.substr(slash + 1));
    if (per_second && burst && *per_second > 0 && *per_second <= rate_max
        && *burst >= 1 && *burst <= rate_max)
      return rate{*per_second, *burst};
  }
  return error{errc::bad_config,
               "not a rate: write RATE/BURST, such as 20/100, or off; RATE is "
               "above 0, BURST at least 1, both at most 1000000"};
}

std::string to_string(const rate& r) {
  return r.limited() ? fmt::format("{}/{}", r.per_second, r.burst) : "off";
}

std::uint32_t token_bucket::take(const rate& limit, std::int64_t now_ms,
                                 double cost) {
  if (!limit.limited())
    return 0;
  used_ = used_at(used_, at_ms_, now_ms, limit.per_second);
  at_ms_ = std::max(at_ms_, now_ms);
  auto over = used_ + cost - limit.burst;
  if (over <= epsilon) {
    used_ += cost;
    return 0;
  }
  constexpr auto longest = std::numeric_limits<std::uint32_t>::max();
  auto wait = std::ceil(over * 1000 / limit.per_second);
  if (cost > limit.burst || !(wait < longest))
    return longest;
  return std::max<std::uint32_t>(static_cast<std::uint32_t>(wait), 1);
}

void token_bucket::charge(const rate& limit, std::int64_t now_ms, double cost) {
  if (!limit.limited())
    return;
  used_ = used_at(used_, at_ms_, now_ms, limit.per_second);
  at_ms_ = std::max(at_ms_, now_ms);
  used_ = std::clamp(used_ + cost, 0.0, 2 * limit.burst);
}

bool token_bucket::full(const rate& limit, std::int64_t now_ms) const {
  return !limit.limited()
         || used_at(used_, at_ms_, now_ms, limit.per_second) <= epsilon;
}

} // namespace parley
