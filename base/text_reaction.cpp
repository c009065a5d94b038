#include "base/text_rules.hpp"

#include <algorithm>
#include <cstdint>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

// Emoji, by the grammar of UTS 51. The one form of each is the one that it
// calls fully qualified.
namespace parley::text {

namespace {

constexpr UChar32 joiner = 0x200D;
constexpr UChar32 text_style = 0xFE0E;
constexpr UChar32 emoji_style = 0xFE0F;
constexpr UChar32 keycap = 0x20E3;
constexpr UChar32 tag_first = 0xE0020;
constexpr UChar32 tag_last = 0xE007E;
constexpr UChar32 tag_end = 0xE007F;
constexpr std::size_t name_size_max = 32;
// A family of four, each with a colour of skin, has eleven.
constexpr std::size_t points_max = 32;

using points = std::vector<UChar32>;

bool is(UChar32 point, UProperty what) {
  return u_hasBinaryProperty(point, what) != 0;
}

bool is_keycap_base(UChar32 point) {
  return point == '#' || point == '*' || (point >= '0' && point <= '9');
}

/// One that is an emoji, or is going to be in a later version of Unicode.
bool is_base(UChar32 point) {
  if (is_keycap_base(point) || is(point, UCHAR_REGIONAL_INDICATOR))
    return false;
  return is(point, UCHAR_EMOJI)
         || (is(point, UCHAR_EXTENDED_PICTOGRAPHIC)
             && u_charType(point) == U_UNASSIGNED);
}

/// Reads one emoji from `from`, and appends its form to `to`.
class emoji_reader {
public:
  explicit emoji_reader(const points& from) : from_(from) {}

  bool read() {
    if (read_flag() || read_keycap())
      return at_ == from_.size();
    do {
      if (!read_element())
        return false;
    } while (take(joiner, true));
    return at_ == from_.size();
  }

  points form;

private:
  UChar32 next(std::size_t ahead = 0) const {
    return at_ + ahead < from_.size() ? from_[at_ + ahead] : -1;
  }

  bool take(UChar32 what, bool keep) {
    if (next() != what)
      return false;
    ++at_;
    if (keep)
      form.push_back(what);
    return true;
  }

  void take_style() {
    if (!take(emoji_style, false))
      take(text_style, false);
  }

  bool read_flag() {
    if (next(1) < 0 || !is(next(), UCHAR_REGIONAL_INDICATOR)
        || !is(next(1), UCHAR_REGIONAL_INDICATOR))
      return false;
    form = {next(), next(1)};
    at_ += 2;
    return true;
  }

  bool read_keycap() {
    if (!is_keycap_base(next()))
      return false;
    form = {next(), emoji_style};
    ++at_;
    take_style();
    return take(keycap, true);
  }

  bool read_element() {
    auto base = next();
    if (base < 0 || !is_base(base))
      return false;
    ++at_;
    form.push_back(base);
    take_style();
    auto skin = next();
    if (skin >= 0 && is(skin, UCHAR_EMOJI_MODIFIER)
        && is(base, UCHAR_EMOJI_MODIFIER_BASE))
      take(skin, true);
    else if (!is(base, UCHAR_EMOJI_PRESENTATION) && is(base, UCHAR_EMOJI))
      form.push_back(emoji_style);
    return read_tags();
  }

  bool read_tags() {
    if (next() < tag_first || next() > tag_last)
      return true;
    while (next() >= tag_first && next() <= tag_last)
      take(next(), true);
    return take(tag_end, true);
  }

  const points& from_;
  std::size_t at_ = 0;
};

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
         || c == '+' || c == '-';
}

bool is_name(std::string_view text) {
  if (text.size() < 3 || text.size() > name_size_max + 2 || text.front() != ':'
      || text.back() != ':')
    return false;
  text = text.substr(1, text.size() - 2);
  return std::all_of(text.begin(), text.end(), is_name_char);
}

/// None where it is no UTF-8, or too much for one emoji.
points points_of(std::string_view text) {
  points out;
  auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    UChar32 point = 0;
    U8_NEXT(text.data(), at, size, point);
    if (point < 0 || out.size() == points_max)
      return {};
    out.push_back(point);
  }
  return out;
}

/// Whether it is one that keyboards offer: what is joined or tagged may else
/// be any sequence, and look like its first part.
bool is_recommended(const points& form) {
  icu::UnicodeString text;
  for (auto point : form)
    text.append(point);
  return u_stringHasBinaryProperty(text.getBuffer(), text.length(),
                                   UCHAR_RGI_EMOJI)
         != 0;
}

bool is_sequence(const points& form) {
  return std::any_of(form.begin(), form.end(), [](UChar32 point) {
    return point == joiner || point == tag_end;
  });
}

std::string utf8_of(const points& from) {
  std::string out;
  for (auto point : from) {
    std::uint8_t bytes[U8_MAX_LENGTH];
    int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, point);
    out.append(bytes, bytes + size);
  }
  return out;
}

} // namespace

std::optional<std::string> reaction(std::string_view text) {
  if (is_name(text))
    return std::string{text};
  auto given = points_of(text);
  emoji_reader in{given};
  if (given.empty() || !in.read()
      || (is_sequence(in.form) && !is_recommended(in.form)))
    return std::nullopt;
  return utf8_of(in.form);
}

} // namespace parley::text
