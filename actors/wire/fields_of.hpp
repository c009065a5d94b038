#pragma once

#include <cstdint>
#include <tuple>
#include <type_traits>
#include <variant>

/// How values are described to the two directions of the codec.
namespace parley::actors::wire {

/// Given a struct, the fields in the order in which they travel. Append only.
template <class T>
inline constexpr auto fields_of = nullptr;

template <class T>
concept described = !std::is_null_pointer_v<
  std::remove_const_t<decltype(fields_of<std::remove_const_t<T>>)>>;

/// The values of an enumeration that this node knows; others can't be read.
template <class T>
struct range {
  T first;
  T last;
};

template <class T>
inline constexpr auto range_of = nullptr;

template <>
inline constexpr auto fields_of<std::monostate> =
  [](auto&) { return std::tie(); };

} // namespace parley::actors::wire
