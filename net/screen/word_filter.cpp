#include "net/screen/word_filter.hpp"

#include <algorithm>
#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
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

} // namespace

/// ICU's parts. An iterator is used by one thread: each look has a clone.
struct word_filter::breaker {
  std::unique_ptr<icu::BreakIterator> words;
  const icu::Normalizer2* fold = nullptr;

  std::string folded(std::string_view word) const {
    auto failed = U_ZERO_ERROR;
    std::string out;
    icu::StringByteSink<std::string> sink{&out};
    fold->normalizeUTF8(0, {word.data(), static_cast<int32_t>(word.size())},
                        sink, nullptr, failed);
    return U_SUCCESS(failed) ? out : std::string{word};
  }
};

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
  breaks->fold = icu::Normalizer2::getNFKCCasefoldInstance(failed);
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
      rest.push_back(std::move(found[i].folded));
    out.entries_.emplace(std::move(found.front().folded), std::move(rest));
  }
  return out;
}

std::vector<word_filter::token>
word_filter::tokens_of(std::string_view text) const {
  auto failed = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data(), static_cast<int64_t>(text.size()),
                 &failed);
  std::unique_ptr<icu::BreakIterator> breaks{breaks_->words->clone()};
  breaks->setText(&view, failed);
  std::vector<token> out;
  if (U_FAILURE(failed))
    return out;
  auto from = static_cast<std::size_t>(breaks->first());
  for (auto next = breaks->next(); next != icu::BreakIterator::DONE;
       next = breaks->next()) {
    auto to = static_cast<std::size_t>(next);
    if (breaks->getRuleStatus() >= UBRK_WORD_NONE_LIMIT)
      out.push_back({from, to, breaks_->folded(text.substr(from, to - from))});
    from = to;
  }
  utext_close(&view);
  return out;
}

std::size_t word_filter::match(const std::vector<token>& tokens,
                               std::size_t at) const {
  std::size_t longest = 0;
  auto [first, last] = entries_.equal_range(tokens[at].folded);
  for (auto i = first; i != last; ++i) {
    const auto& rest = i->second;
    auto fits = at + rest.size() < tokens.size()
                && std::equal(rest.begin(), rest.end(),
                              tokens.begin() + static_cast<long>(at) + 1,
                              [](const std::string& word, const token& t) {
                                return word == t.folded;
                              });
    if (fits)
      longest = std::max(longest, rest.size() + 1);
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
