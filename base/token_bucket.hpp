#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley {

/// A rate limit written `RATE/BURST`, RATE a second, or `off`.
struct rate {
  double per_second = 0;
  double burst = 0;

  bool limited() const {
    return burst > 0;
  }

  friend bool operator==(const rate&, const rate&) = default;
};

/// Reads "20/100", "0.5/10" or "off".
result<rate> parse_rate(std::string_view text);

/// The same text that `parse_rate` reads.
std::string to_string(const rate& r);

/// Token bucket (RFC 2697's idea, one bucket): starts full, refills at the
/// rate, holds at most the burst. Sixteen bytes; not safe across threads. Time
/// is passed in, in milliseconds of any clock that does not go back.
class token_bucket {
public:
  /// Takes `cost` tokens and returns 0, or takes none and returns in how many
  /// milliseconds they will be there. Always 0 where `limit` is off.
  std::uint32_t take(const rate& limit, std::int64_t now_ms, double cost = 1);

  /// Takes `cost` tokens although they may not be there, up to twice the burst
  /// in all, or gives back those of a negative one.
  void charge(const rate& limit, std::int64_t now_ms, double cost);

  /// Whether the bucket would be full: then it can be forgotten.
  bool full(const rate& limit, std::int64_t now_ms) const;

private:
  double used_ = 0;
  std::int64_t at_ms_ = 0;
};

} // namespace parley
