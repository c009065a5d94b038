#include "base/text_rules.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace parley::text {

namespace {

constexpr UChar32 blank_braille = 0x2800;
constexpr UChar32 null_notehead = 0x1D159;
constexpr UChar32 object_replacement = 0xFFFC;
constexpr UChar32 line_separator = 0x2028;
constexpr UChar32 paragraph_separator = 0x2029;

/// Calls `see(code point, begin, end)` for each; a negative one is no UTF-8.
/// Ends early where it returns false.
template <class See>
bool each_point(std::string_view text, const See& see) {
  auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    auto begin = at;
    UChar32 point = 0;
    U8_NEXT(text.data(), at, size, point);
    if (!see(point, static_cast<std::size_t>(begin),
             static_cast<std::size_t>(at)))
      return false;
  }
  return true;
}

bool is_control(UChar32 point) {
  return point >= 0 && u_charType(point) == U_CONTROL_CHAR;
}

bool turns_order(UChar32 point) {
  return point >= 0 && u_hasBinaryProperty(point, UCHAR_BIDI_CONTROL);
}

bool is_ignorable(UChar32 point) {
  return u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)
         || u_charType(point) == U_FORMAT_CHAR;
}

bool shows_nothing(UChar32 point) {
  return is_ignorable(point) || u_isUWhiteSpace(point) || point == blank_braille
         || is_control(point) || point == null_notehead
         || point == object_replacement
         || u_hasBinaryProperty(point, UCHAR_NONCHARACTER_CODE_POINT);
}

/// Only with what stands before it.
bool is_mark(UChar32 point) {
  return (U_GET_GC_MASK(point) & U_GC_M_MASK) != 0;
}

/// ICU's tables are part of its library.
const icu::Normalizer2& form_c() {
  auto failed = U_ZERO_ERROR;
  const auto* form = icu::Normalizer2::getNFCInstance(failed);
  PARLEY_CHECK(U_SUCCESS(failed));
  return *form;
}

} // namespace

std::string composed(std::string_view text) {
  auto failed = U_ZERO_ERROR;
  std::string out;
  out.reserve(text.size());
  icu::StringByteSink<std::string> sink{&out};
  form_c().normalizeUTF8(0, {text.data(), static_cast<int32_t>(text.size())},
                         sink, nullptr, failed);
  return U_SUCCESS(failed) ? out : std::string{text};
}

bool has_controls(std::string_view text) {
  return !each_point(text, [](UChar32 point, auto, auto) {
    return point >= 0 && !is_control(point);
  });
}

const char* fault_in_line(std::string_view text) {
  const char* fault = nullptr;
  auto shown = text.empty();
  each_point(text, [&](UChar32 point, auto, auto) {
    if (point < 0)
      fault = "must be UTF-8";
    else if (is_control(point) || point == line_separator
             || point == paragraph_separator)
      fault = "must have no control characters";
    else if (turns_order(point))
      fault = "must not change the direction of text";
    shown = shown || (point >= 0 && !shows_nothing(point) && !is_mark(point));
    return fault == nullptr;
  });
  if (fault == nullptr && !shown)
    fault = "must have something to be seen";
  return fault;
}

const char* fault_in_device_id(std::string_view text) {
  auto good = each_point(text, [](UChar32 point, auto, auto) {
    return point == ' '
           || (point >= 0 && u_isprint(point) != 0 && !shows_nothing(point));
  });
  return good ? nullptr : "must have printable characters only";
}

visible_text without_invisible(std::string_view text) {
  visible_text out;
  out.text.reserve(text.size());
  out.origin.reserve(text.size() + 1);
  each_point(text, [&](UChar32 point, std::size_t begin, std::size_t end) {
    auto hidden = point >= 0
                  && (is_ignorable(point) || point == blank_braille
                      || point == null_notehead
                      || (is_control(point) && u_isUWhiteSpace(point) == 0));
    for (auto at = begin; !hidden && at < end; ++at) {
      out.text.push_back(text[at]);
      out.origin.push_back(at);
    }
    return true;
  });
  out.origin.push_back(text.size());
  return out;
}

} // namespace parley::text
