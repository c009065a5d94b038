#pragma once

#include "actors/message_screen.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net {

/// Finds words in what people write. Words are those of Unicode (UAX 29, with
/// ICU's dictionaries for scripts without blanks), without low lines and the
/// digits around them. They are the same whatever their case, width and
/// composition, with characters in them that nobody sees, and with letters or
/// digits that look like others (`text::folded`, `text::folded_loosely`). An
/// entry of several words is found where they follow one another. Safe to call
/// from any thread.
class word_filter {
public:
  enum class action { block, mask };

  /// `bad_config` where an entry has no word in it.
  static result<word_filter> make(const std::vector<std::string>& entries,
                                  action what);

  word_filter(word_filter&&) noexcept;
  ~word_filter();

  /// Refuses a text with one of the words, or says what it is with asterisks in
  /// their place.
  actors::screen_verdict look(std::string_view text) const;

private:
  struct breaker;
  using words = std::vector<std::string>;

  /// A word of a text, and where it is.
  struct token {
    std::size_t begin = 0;
    std::size_t end = 0;
    /// What it may be read as; the first is what it is.
    words forms;

    bool reads(const std::string& word) const;
  };

  word_filter(std::unique_ptr<breaker> breaks, action what);

  std::vector<token> tokens_of(std::string_view text) const;
  /// How many tokens from `at` on are an entry; 0 where none begins there.
  std::size_t match(const std::vector<token>& tokens, std::size_t at) const;

  std::unique_ptr<breaker> breaks_;
  action what_;
  /// What follows the first word of each entry.
  std::multimap<std::string, words, std::less<>> entries_;
};

} // namespace parley::net
