#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace parley::conf {

enum class entry_kind { text, list, empty };

/// What was written for one key, and where.
struct entry {
  entry_kind kind = entry_kind::text;
  /// One text, or the list's.
  std::vector<std::string> texts = {};
  /// "FILE:LINE" or "--set".
  std::string where = {};
};

/// By full name: `{client: {listen: x}}` is the entry "client.listen". Sections
/// without anything in them are entries of kind `empty`.
using entries = std::map<std::string, entry, std::less<>>;

/// Adds what the YAML of `file` says to `out`, and a sentence for each thing
/// that no configuration can be to `faults`.
void add_yaml(std::string_view yaml, std::string_view file, entries& out,
              std::vector<std::string>& faults);

/// Adds `KEY=VALUE`, in the place of what was there. A list's texts are parted
/// by commas.
void add_override(std::string_view text, entries& out,
                  std::vector<std::string>& faults);

/// What stands between the commas of `text`, or in its brackets: "A,B" and
/// "[A, B]" are the same. Nothing of an empty one. `bad_config` says what is
/// wrong.
result<std::vector<std::string>> split_texts(std::string_view text);

} // namespace parley::conf
