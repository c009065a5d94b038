#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

/// Numbers as keys and checksums hold them: highest byte first.
namespace parley::storage {

template <class T>
void append_big_endian(std::string& to, T x) {
  static_assert(std::is_unsigned_v<T>);
  for (int shift = 8 * (static_cast<int>(sizeof(T)) - 1); shift >= 0;
       shift -= 8)
    to.push_back(static_cast<char>(x >> shift));
}

/// The number that `bytes` start with; the caller has checked that they are
/// long enough.
template <class T>
T read_big_endian(std::string_view bytes) {
  static_assert(std::is_unsigned_v<T>);
  T x = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    x = static_cast<T>((x << 8) | static_cast<unsigned char>(bytes[i]));
  return x;
}

} // namespace parley::storage
