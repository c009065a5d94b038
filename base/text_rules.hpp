#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What texts that people write for others to read may hold, and which of them
/// are the same. All are UTF-8; what isn't is refused, or left as it is where a
/// function has no way to refuse. Safe to call from any thread.
namespace parley::text {

/// The text in Normalization Form C: what is written in two ways, such as é as
/// one code point or as e with an accent, becomes one.
std::string composed(std::string_view text);

/// Whether it has a control character (C0, DEL or C1).
bool has_controls(std::string_view text);

/// Why others can't be shown a name, a title or a status text; null where they
/// can. It must be one line without control characters, must not turn the
/// order of what stands beside it (the bidirectional controls), and must show
/// something. An empty text is none of that.
const char* fault_in_line(std::string_view text);

/// Why that can't name a device; null where it can: printable characters only,
/// none that nobody sees.
const char* fault_in_device_id(std::string_view text);

/// The one form of a reaction: an emoji, with its variation selectors where
/// Unicode wants them, or `:name:` of 1 to 32 of a-z, 0-9, `_`, `+`, `-`. None
/// where it is neither, or more than one emoji.
std::optional<std::string> reaction(std::string_view text);

/// A text in the form in which words are looked for, and where each of its
/// bytes comes from. Characters that nobody sees are left out.
struct visible_text {
  std::string text;
  /// `origin[i]` is the place of `text[i]` in what was given; one more at the
  /// end.
  std::vector<std::size_t> origin;
};
visible_text without_invisible(std::string_view text);

/// The text without case, width and characters that nobody sees
/// (NFKC_Casefold).
std::string caseless(std::string_view text);

/// A word as those who read it see it: without case (NFKC_Casefold) and strokes
/// through it, and with letters of other scripts that look like Latin ones as
/// these (UTS 39).
std::string folded(std::string_view word);

/// The same of a word whose Latin letters and digits may stand for one another
/// too, as 1 and I for l.
std::string folded_loosely(std::string_view word);

} // namespace parley::text
