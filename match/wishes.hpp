#pragma once

#include "match/policy.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace parley::match {

/// What a client said of one attribute, as it came.
struct raw_value {
  std::string name = {};
  /// It does not matter; in wishes alone.
  bool any = false;
  std::vector<std::string> texts = {};
  std::vector<std::int64_t> numbers = {};

  friend bool operator==(const raw_value&, const raw_value&) = default;
};

struct raw_step {
  std::int64_t after_ms = 0;
  std::vector<raw_value> want = {};

  friend bool operator==(const raw_step&, const raw_step&) = default;
};

/// What a client that wants to meet somebody says, as it came.
struct raw_wishes {
  std::vector<raw_value> self = {};
  std::vector<raw_value> want = {};
  std::vector<std::string> interests = {};
  /// None: as the queue has it. An empty list: the wishes stay as they are.
  std::optional<std::vector<raw_step>> widen = {};
  std::optional<std::int64_t> give_up_ms = {};

  friend bool operator==(const raw_wishes&, const raw_wishes&) = default;
};

/// Every value, and "did not say".
inline constexpr std::uint64_t any_value = ~std::uint64_t{0};
inline constexpr std::uint64_t not_said = std::uint64_t{1} << values_max;

/// What somebody is, by the policy's attributes: one bit a value.
struct profile {
  profile() {
    mask.fill(not_said);
  }

  std::array<std::uint64_t, attributes_max> mask;
  std::array<std::int32_t, attributes_max> number = {};

  friend bool operator==(const profile&, const profile&) = default;
};

/// What somebody wants of another. Freshly made: anybody.
struct wish {
  static constexpr auto lowest = std::numeric_limits<std::int32_t>::min();
  static constexpr auto highest = std::numeric_limits<std::int32_t>::max();

  wish() {
    mask.fill(any_value);
    least.fill(lowest);
    most.fill(highest);
  }

  bool any(std::size_t attribute) const {
    return mask[attribute] == any_value;
  }

  std::array<std::uint64_t, attributes_max> mask;
  std::array<std::int32_t, attributes_max> least;
  std::array<std::int32_t, attributes_max> most;

  friend bool operator==(const wish&, const wish&) = default;
};

/// Whether one attribute of `whom` is as wished, and whether all are.
inline bool accepts(const wish& w, const profile& whom, std::size_t attribute) {
  return (w.mask[attribute] & whom.mask[attribute]) != 0
         && w.least[attribute] <= whom.number[attribute]
         && whom.number[attribute] <= w.most[attribute];
}

bool accepts(const wish& w, const profile& whom);

/// A change of the wishes that falls due.
struct step {
  struct change {
    std::uint8_t attribute = 0;
    std::uint64_t mask = any_value;
    std::int32_t least = wish::lowest;
    std::int32_t most = wish::highest;

    friend bool operator==(const change&, const change&) = default;
  };

  milliseconds after{0};
  std::vector<change> changes = {};

  friend bool operator==(const step&, const step&) = default;
};

/// The wishes with the step taken.
void apply(const step& s, wish& w);

/// What a client said, found good.
struct wishes {
  profile self = {};
  wish want = {};
  /// Normalised, in order, each once.
  std::vector<std::string> interests = {};
  /// Each later and wider than the one before.
  std::vector<step> steps = {};
  milliseconds give_up{0};

  friend bool operator==(const wishes&, const wishes&) = default;
};

/// Checks what a client said. `bad_params` or `too_large` with the `field`, as
/// in `want.age` or `widen[1].after_ms`.
result<wishes> check(const policy& by, const raw_wishes& said);

/// What both have; both in order.
std::vector<std::string> shared(const std::vector<std::string>& a,
                                const std::vector<std::string>& b);

} // namespace parley::match
