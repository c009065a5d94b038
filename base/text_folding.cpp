#include "base/check.hpp"
#include "base/text_rules.hpp"

#include <cstdint>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>

namespace parley::text {

namespace {

constexpr std::uint8_t overlay_class = 1;

const icu::Normalizer2& casefold() {
  auto failed = U_ZERO_ERROR;
  const auto* form = icu::Normalizer2::getNFKCCasefoldInstance(failed);
  PARLEY_CHECK(U_SUCCESS(failed));
  return *form;
}

/// Looked at by many threads, which ICU allows where nobody changes it.
const USpoofChecker* checker() {
  static const auto* made = [] {
    auto failed = U_ZERO_ERROR;
    auto* checks = uspoof_open(&failed);
    PARLEY_CHECK(U_SUCCESS(failed));
    return checks;
  }();
  return made;
}

/// What the character looks like. Not m, which would look like r and n.
std::string skeleton_of(std::string_view character) {
  constexpr int32_t room = 64;
  char bytes[room];
  auto failed = U_ZERO_ERROR;
  auto size = uspoof_getSkeletonUTF8(checker(), 0, character.data(),
                                     static_cast<int32_t>(character.size()),
                                     bytes, room, &failed);
  std::string_view found{bytes, static_cast<std::size_t>(size)};
  if (U_FAILURE(failed) || size > room || found == "rn")
    return std::string{character};
  return std::string{found};
}

/// `all`: of ASCII characters as well.
std::string look_alike(std::string_view word, bool all) {
  std::string out;
  auto size = static_cast<int32_t>(word.size());
  for (int32_t at = 0; at < size;) {
    auto begin = at;
    UChar32 point = 0;
    U8_NEXT(word.data(), at, size, point);
    if (point >= 0 && u_getCombiningClass(point) == overlay_class)
      continue;
    auto character = word.substr(static_cast<std::size_t>(begin),
                                 static_cast<std::size_t>(at - begin));
    if (point > 0x7f || (all && point >= 0))
      out.append(skeleton_of(character));
    else
      out.append(character);
  }
  return out;
}

} // namespace

std::string caseless(std::string_view text) {
  auto failed = U_ZERO_ERROR;
  std::string out;
  icu::StringByteSink<std::string> sink{&out};
  casefold().normalizeUTF8(0, {text.data(), static_cast<int32_t>(text.size())},
                           sink, nullptr, failed);
  return U_SUCCESS(failed) ? out : std::string{text};
}

std::string folded(std::string_view word) {
  return caseless(look_alike(caseless(word), false));
}

std::string folded_loosely(std::string_view word) {
  return caseless(look_alike(word, true));
}

} // namespace parley::text
