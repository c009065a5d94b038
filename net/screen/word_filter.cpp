#include "net/screen/word_filter.hpp"

#include "base/text_rules.hpp"

#include <algorithm>
#include <unicode/brkiter.h>
#include <unicode/utext.h>
#include <utility>

namespace parley::net {

namespace {

/// As many asterisks as there are characters.
std::string masked(std::string_view text) {
  auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  return std::string(static_cast<std::size_t>(characters), '*');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_latin_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view without_digits_around(std::string_view word) {
  while (!word.empty() && is_digit(word.front()))
    word.remove_prefix(1);
  while (!word.empty() && is_digit(word.back()))
    word.remove_suffix(1);
  return word;
}

void add_form(std::vector<std::string>& to, std::string form) {
  if (!form.empty() && std::find(to.begin(), to.end(), form) == to.end())
    to.push_back(std::move(form));
}

/// A number is no word, however much it looks like one.
std::vector<std::string> forms_of(std::string_view word) {
  std::vector<std::string> out;
  add_form(out, text::folded(word));
  auto core = without_digits_around(word);
  add_form(out, text::folded(core));
  if (std::any_of(word.begin(), word.end(), is_latin_letter)) {
    add_form(out, text::folded_loosely(word));
    add_form(out, text::folded_loosely(core));
  }
  return out;
}

struct text_closer {
  void operator()(UText* open) const {
    utext_close(open);
  }
};

} // namespace

/// An iterator is used by one thread: each look has a clone.
struct word_filter::breaker {
  std::unique_ptr<icu::BreakIterator> words;
};

bool word_filter::token::reads(const std::string& word) const {
  return std::find(forms.begin(), forms.end(), word) != forms.end();
}

word_filter::word_filter(std::unique_ptr<breaker> breaks, action what)
  : breaks_(std::move(breaks)), what_(what) {}

word_filter::word_filter(word_filter&&) noexcept = default;
word_filter::~word_filter() = default;

result<word_filter> word_filter::make(const std::vector<std::string>& entries,
                                      action what) {
  auto failed = U_ZERO_ERROR;
  auto breaks = std::make_unique<breaker>();
  breaks->words.reset(
    icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), failed));
  if (U_FAILURE(failed))
    return error{errc::internal, std::string{"ICU: "} + u_errorName(failed)};
  word_filter out{std::move(breaks), what};
  for (const auto& entry : entries) {
    auto found = out.tokens_of(entry);
    if (found.empty())
      return error{errc::bad_config,
                   "moderation.words: there is no word in '" + entry + "'"};
    words rest;
    for (std::size_t i = 1; i < found.size(); ++i)
      rest.push_back(std::move(found[i].forms.front()));
    out.entries_.emplace(std::move(found.front().forms.front()),
                         std::move(rest));
  }
  return out;
}

std::vector<word_filter::token>
word_filter::tokens_of(std::string_view text) const {
  auto seen = text::without_invisible(text);
  // A low line joins words in UAX 29, and here it is one more blank.
  std::replace(seen.text.begin(), seen.text.end(), '_', ' ');
  auto failed = U_ZERO_ERROR;
  std::unique_ptr<UText, text_closer> view{
    utext_openUTF8(nullptr, seen.text.data(),
                   static_cast<int64_t>(seen.text.size()), &failed)};
  std::unique_ptr<icu::BreakIterator> breaks{breaks_->words->clone()};
  std::vector<token> out;
  if (U_SUCCESS(failed) && breaks)
    breaks->setText(view.get(), failed);
  if (U_FAILURE(failed) || !breaks)
    return out;
  auto from = static_cast<std::size_t>(breaks->first());
  for (auto next = breaks->next(); next != icu::BreakIterator::DONE;
       next = breaks->next()) {
    auto to = static_cast<std::size_t>(next);
    auto word = std::string_view{seen.text}.substr(from, to - from);
    if (breaks->getRuleStatus() >= UBRK_WORD_NONE_LIMIT)
      out.push_back(
        {seen.origin[from], seen.origin[to - 1] + 1, forms_of(word)});
    from = to;
  }
  return out;
}

std::size_t word_filter::match(const std::vector<token>& tokens,
                               std::size_t at) const {
  std::size_t longest = 0;
  for (const auto& form : tokens[at].forms) {
    auto [first, last] = entries_.equal_range(form);
    for (auto i = first; i != last; ++i) {
      const auto& rest = i->second;
      auto fits = at + rest.size() < tokens.size()
                  && std::equal(rest.begin(), rest.end(),
                                tokens.begin() + static_cast<long>(at) + 1,
                                [](const std::string& word, const token& t) {
                                  return t.reads(word);
                                });
      if (fits)
        longest = std::max(longest, rest.size() + 1);
    }
  }
  return longest;
}

actors::screen_verdict word_filter::look(std::string_view text) const {
  auto tokens = tokens_of(text);
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < tokens.size();) {
    auto count = match(tokens, i);
    if (count == 0) {
      ++i;
      continue;
    }
    if (what_ == action::block)
      return error{errc::forbidden,
                   "the message has a word that is not allowed", "text"};
    auto begin = tokens[i].begin;
    auto end = tokens[i + count - 1].end;
    out.append(text.substr(done, begin - done));
    out.append(masked(text.substr(begin, end - begin)));
    done = end;
    i += count;
  }
  if (done == 0)
    return std::optional<std::string>{};
  return std::optional{out.append(text.substr(done))};
}

} // namespace parley::net
