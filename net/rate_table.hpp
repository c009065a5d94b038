#pragma once

#include "base/token_bucket.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parley::net {

/// Lets tables of strings be searched without making a string.
struct text_hash {
  using is_transparent = void;

  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

template <class T>
using text_map = std::unordered_map<std::string, T, text_hash, std::equal_to<>>;

/// A token bucket for each key; full buckets are forgotten. Safe to call from
/// any thread.
class rate_table {
public:
  explicit rate_table(const rate& limit);

  /// Takes `cost` tokens and returns 0, or returns in how many milliseconds
  /// there will be as many. More than the burst counts as the burst.
  std::uint32_t take(std::string_view key, std::int64_t now_ms,
                     double cost = 1);

  /// Takes or gives back without asking; see `token_bucket::charge`.
  void charge(std::string_view key, std::int64_t now_ms, double cost);

  void forget_full(std::int64_t now_ms);

  std::size_t size() const;

private:
  struct stripe {
    mutable std::mutex guard;
    text_map<token_bucket> buckets;
  };

  stripe& stripe_of(std::string_view key);
  static token_bucket& bucket_in(stripe& part, std::string_view key);

  const rate limit_;
  std::array<stripe, 16> stripes_;
};

/// How many of something each key has, up to a bound. Safe to call from any
/// thread.
class count_table {
public:
  explicit count_table(std::size_t most);

  /// Whether one more was counted.
  bool add(std::string_view key);
  void remove(std::string_view key);
  std::size_t count(std::string_view key) const;

private:
  const std::size_t most_;
  mutable std::mutex guard_;
  text_map<std::size_t> counts_;
};

} // namespace parley::net
