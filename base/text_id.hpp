#pragma once

#include "base/hash.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace parley {

/// A short text that cannot be mistaken for another kind of text, held in
/// place: copying one never allocates. Longer texts than `Max` are no ids and
/// are cut by nobody: check before.
template <class Tag, std::size_t Max>
class text_id {
public:
  static constexpr std::size_t size_max = Max;

  constexpr text_id() = default;

  /// Holds `text`, which the caller has checked to fit.
  constexpr explicit text_id(std::string_view text)
    : size_(static_cast<std::uint8_t>(std::min(text.size(), Max))) {
    std::copy_n(text.begin(), size_, bytes_.begin());
  }

  constexpr std::string_view view() const {
    return {bytes_.data(), size_};
  }

  std::string str() const {
    return std::string{view()};
  }

  constexpr bool empty() const {
    return size_ == 0;
  }

  friend constexpr bool operator==(const text_id& a, const text_id& b) {
    return a.view() == b.view();
  }

  friend constexpr auto operator<=>(const text_id& a, const text_id& b) {
    return a.view() <=> b.view();
  }

private:
  static_assert(Max <= 255);
  std::uint8_t size_ = 0;
  std::array<char, Max> bytes_{};
};

} // namespace parley

template <class Tag, std::size_t Max>
struct std::hash<parley::text_id<Tag, Max>> {
  std::size_t operator()(const parley::text_id<Tag, Max>& id) const noexcept {
    return parley::hash64(id.view());
  }
};
