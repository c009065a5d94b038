#pragma once

#include <cstddef>
#include <type_traits>

namespace parley::actors::wire {

/// Compiles only where the struct has N fields, up to 14: so that none can be
/// added and not be carried.
template <std::size_t N, class T>
constexpr auto has_fields(const T& x) {
  static_assert(N <= 14);
  if constexpr (N == 0) {
    static_assert(std::is_empty_v<T>);
  } else if constexpr (N == 1) {
    [[maybe_unused]] auto& [a] = x;
  } else if constexpr (N == 2) {
    [[maybe_unused]] auto& [a, b] = x;
  } else if constexpr (N == 3) {
    [[maybe_unused]] auto& [a, b, c] = x;
  } else if constexpr (N == 4) {
    [[maybe_unused]] auto& [a, b, c, d] = x;
  } else if constexpr (N == 5) {
    [[maybe_unused]] auto& [a, b, c, d, e] = x;
  } else if constexpr (N == 6) {
    [[maybe_unused]] auto& [a, b, c, d, e, f] = x;
  } else if constexpr (N == 7) {
    [[maybe_unused]] auto& [a, b, c, d, e, f, g] = x;
  } else if constexpr (N == 8) {
    [[maybe_unused]] auto& [a, b, c, d, e, f, g, h] = x;
  } else if constexpr (N == 9) {
    [[maybe_unused]] auto& [a, b, c, d, e, f, g, h, i] = x;
  } else if constexpr (N == 10) {
    [[maybe_unused]] auto& [a, b, c, d, e, f, g, h, i, j] = x;
  } else if constexpr (N == 11) {
    [[maybe_unused]] auto& [a, b, c, d, e, f, g, h, i, j, k] = x;
  } else if constexpr (N == 12) {
    [[maybe_unused]] auto& [a, b, c, d, e, f, g, h, i, j, k, l] = x;
  } else if constexpr (N == 13) {
    [[maybe_unused]] auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = x;
  } else if constexpr (N == 14) {
    [[maybe_unused]] auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = x;
  }
  return std::true_type{};
}

} // namespace parley::actors::wire
