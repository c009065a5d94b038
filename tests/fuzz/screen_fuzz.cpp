#include "base/check.hpp"
#include "net/screen/screening.hpp"
#include "net/screen/word_filter.hpp"
#include "net/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace parley;
using namespace parley::net;

const word_filter& filter() {
  static const auto instance
    = word_filter::make({"bad", "two words", "\u00fcbel"},
                        word_filter::action::mask)
        .value();
  return instance;
}

bool is_utf8(std::string_view text) {
  utf8_checker checker;
  return checker.feed(text) && checker.complete();
}

// What takes a text's place goes to clients.
void check(const actors::screen_verdict& found) {
  PARLEY_CHECK(!found || !*found || is_utf8(**found));
}

} // namespace

/// A hook's answer, a list of words, and a message that is looked through.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  if (auto read = screening::read_answer(text, false))
    check(*read);
  (void)screening::read_answer(text, true);
  if (!is_utf8(text))
    return 0;
  check(filter().look(text));
  (void)word_filter::make({std::string{text}}, word_filter::action::block);
  return 0;
}
