#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::match {

using std::chrono::milliseconds;

inline constexpr std::size_t attributes_max = 8;
/// Values of one attribute; the bit behind the last says "did not say".
inline constexpr std::size_t values_max = 63;
inline constexpr std::size_t word_bytes_max = 32;
inline constexpr std::size_t interests_max = 10;
inline constexpr std::size_t interest_bytes_max = 32;
inline constexpr std::size_t steps_max = 8;

enum class attribute_kind : std::uint8_t {
  /// One of the values, such as a gender.
  one_of,
  /// Some of the values, such as languages; one in common is enough.
  set,
  /// A whole number, such as an age; wishes are ranges of it.
  number,
};

/// What people in a queue may say of themselves and wish of others.
struct attribute {
  std::string name = {};
  attribute_kind kind = attribute_kind::one_of;
  /// Empty for numbers.
  std::vector<std::string> values = {};
  /// For numbers alone.
  std::int32_t least = 0;
  std::int32_t most = 0;

  /// The bit of a value, if it is one.
  std::optional<unsigned> bit_of(std::string_view value) const;
  /// The bit of a number between `least` and `most`: several numbers share one
  /// where there are more of them than bits.
  unsigned bit_of(std::int32_t number) const;

  friend bool operator==(const attribute&, const attribute&) = default;
};

/// What the wishes of those who name no steps of their own become in time.
struct widening {
  struct change {
    /// Which of the policy's attributes.
    std::size_t attribute = 0;
    /// By how much both ends of a range move out; 0 gives the wish up.
    std::int32_t stretch = 0;

    friend bool operator==(const change&, const change&) = default;
  };

  milliseconds after{0};
  std::vector<change> changes = {};

  friend bool operator==(const widening&, const widening&) = default;
};

/// How one queue matches.
struct policy {
  std::vector<attribute> attributes = {};
  std::vector<widening> widen = {};
  /// When a ticket that does not say otherwise expires, and the latest it may.
  milliseconds give_up{std::chrono::minutes{5}};
  milliseconds give_up_max{std::chrono::hours{1}};
  /// For how long two who have met do not meet again.
  milliseconds met_for{std::chrono::minutes{30}};
  /// Tickets that came within the same span of this length count as equally
  /// old: what they have in common decides. 0: within the same millisecond.
  milliseconds same_age{0};
  /// How long a user without a session keeps ticket or match; and after a
  /// restart.
  milliseconds away_grace{std::chrono::seconds{10}};
  milliseconds restart_grace{std::chrono::seconds{30}};
  std::uint64_t waiting_max = 1'000'000;
  /// For how long after they have parted what two said is kept; and that they
  /// met.
  milliseconds keep_for{std::chrono::hours{24}};
  milliseconds record_for{std::chrono::days{30}};
  /// Who comes and goes is noted, without handles, for `replay`.
  bool note_arrivals = false;

  /// The attribute of that name, by its place.
  std::optional<std::size_t> find(std::string_view name) const;

  friend bool operator==(const policy&, const policy&) = default;
};

/// Age, gender and language: what a queue has that says nothing else.
std::vector<attribute> usual_attributes();

/// Reads "enum a b c", "set a b c" or "number 18 99"; commas are blanks.
result<attribute> parse_attribute(std::string_view name, std::string_view text);

/// Reads "20s language any, age +5"; "20s any" gives all wishes up.
result<widening> parse_widening(const std::vector<attribute>& attributes,
                                std::string_view text);

/// What the two above read.
std::string to_string(const attribute& x);
std::string to_string(const widening& x,
                      const std::vector<attribute>& attributes);

/// Whether all of it fits together; `field` says what does not.
result<void> check(const policy& x);

} // namespace parley::match
