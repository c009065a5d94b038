#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::hostile {

inline constexpr std::uint32_t nobody = 0xFFFFFFFF;

/// What a canary was put into.
enum class secret : char {
  text = 't',
  edit = 'e',
  attachment = 'a',
  title = 'g',
  status = 's',
  signal = 'd',
  report = 'r',
  wish = 'w',
  password = 'p',
  device = 'v',
};

/// A mark in something private that names who may see it.
struct canary {
  secret kind = secret::text;
  /// Index of the user who wrote it.
  std::uint32_t writer = nobody;
  /// Index of the conversation it was written to; `nobody` where it is of none.
  std::uint32_t place = nobody;
  /// The one whom a signal is for; `nobody` for all.
  std::uint32_t addressee = nobody;
  std::uint64_t call = 0;
  /// Where it is in the conversation's log; 0 while that is not known.
  std::uint64_t seq = 0;
  /// The message that an edit is of.
  std::uint64_t target = 0;
  /// After this round no answer may have it: it was deleted or replaced.
  std::uint64_t gone_round = 0;
  /// Nobody knows whether the call was carried out.
  bool is_uncertain = false;
};

/// All canaries of a run. A canary's text is 13 letters that occur in nothing
/// else.
class canary_book {
public:
  std::string make(const canary& what);
  static std::string text_of(secret kind, std::uint32_t index);

  /// The index, or `nobody` where `text` has none at its front.
  static std::uint32_t index_of(std::string_view text);

  canary& at(std::uint32_t index) {
    return all_[index];
  }
  bool knows(std::uint32_t index) const {
    return index < all_.size();
  }
  std::size_t size() const {
    return all_.size();
  }

  /// Calls `found(index)` for each canary in `text`.
  template <class Found>
  static void scan(std::string_view text, const Found& found) {
    for (auto at = text.find(mark); at != std::string_view::npos;
         at = text.find(mark, at + 1))
      if (auto index = index_of(text.substr(at)); index != nobody)
        found(index);
  }

  static constexpr std::string_view mark = "zqz";
  static constexpr std::size_t size_of_text = 13;

private:
  std::vector<canary> all_ = {};
};

} // namespace parley::hostile
