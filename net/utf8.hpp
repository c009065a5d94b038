#pragma once

#include <cstdint>
#include <string_view>

namespace parley::net {

/// Checks UTF-8 (RFC 3629) that arrives in pieces, and says no at the first
/// byte that cannot be part of any.
class utf8_checker {
public:
  /// Whether all so far can be the beginning of valid UTF-8.
  bool feed(std::string_view piece);

  /// Whether what was fed does not end within a character.
  bool complete() const {
    return left_ == 0;
  }

  void reset() {
    left_ = 0;
  }

private:
  bool begin(unsigned char lead);

  /// Bytes that the character still needs, and what the next one may be.
  std::uint8_t left_ = 0;
  std::uint8_t least_ = 0x80;
  std::uint8_t most_ = 0xbf;
};

} // namespace parley::net
