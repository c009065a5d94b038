#include "net/utf8.hpp"

#include <cstring>

namespace parley::net {

namespace {

// The end of the run of ASCII at the front, found eight bytes at a time.
const char* skip_ascii(const char* at, const char* end) {
  while (end - at >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof(word));
    if ((word & 0x8080808080808080ULL) != 0)
      break;
    at += 8;
  }
  while (at != end && static_cast<signed char>(*at) >= 0)
    ++at;
  return at;
}

} // namespace

bool utf8_checker::begin(unsigned char lead) {
  least_ = 0x80;
  most_ = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    left_ = 1;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    left_ = 2;
    if (lead == 0xe0)
      least_ = 0xa0; // overlong
    else if (lead == 0xed)
      most_ = 0x9f; // surrogates
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    left_ = 3;
    if (lead == 0xf0)
      least_ = 0x90; // overlong
    else if (lead == 0xf4)
      most_ = 0x8f; // above U+10FFFF
  } else {
    return false;
  }
  return true;
}

bool utf8_checker::feed(std::string_view piece) {
  const auto* at = piece.data();
  const auto* end = at + piece.size();
  while (at != end) {
    if (left_ == 0) {
      at = skip_ascii(at, end);
      if (at == end)
        return true;
      if (!begin(static_cast<unsigned char>(*at++)))
        return false;
      continue;
    }
    auto next = static_cast<unsigned char>(*at++);
    if (next < least_ || next > most_)
      return false;
    --left_;
    least_ = 0x80;
    most_ = 0xbf;
  }
  return true;
}

} // namespace parley::net
