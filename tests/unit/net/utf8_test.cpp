#include "net/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::net {

namespace {

bool valid(std::string_view text) {
  utf8_checker whole;
  auto at_once = whole.feed(text) && whole.complete();
  utf8_checker bytewise;
  auto one_by_one = true;
  for (std::size_t i = 0; i < text.size() && one_by_one; ++i)
    one_by_one = bytewise.feed(text.substr(i, 1));
  EXPECT_EQ(at_once, one_by_one && bytewise.complete());
  return at_once;
}

} // namespace

TEST(utf8_test, accepts_every_length_of_character) {
  EXPECT_TRUE(valid(""));
  EXPECT_TRUE(valid("plain text, longer than a word"));
  EXPECT_TRUE(valid("\xc2\x80 \xdf\xbf"));
  EXPECT_TRUE(valid("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
  EXPECT_TRUE(valid("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
}

TEST(utf8_test, refuses_what_is_not_utf8) {
  for (const auto* text :
       {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80",
        "\xff", "\xc2x", "\xe2\x82x", "12345678\xc2", "\xe2\x82"})
    EXPECT_FALSE(valid(text)) << text;
}

TEST(utf8_test, says_no_at_the_first_byte_that_cannot_be) {
  utf8_checker checker;
  EXPECT_TRUE(checker.feed("\xf0"));
  EXPECT_FALSE(checker.feed("\x80"));
}

} // namespace parley::net
