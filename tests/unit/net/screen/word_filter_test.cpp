#include "net/screen/word_filter.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using action = word_filter::action;

bool blocked(const word_filter& by, std::string_view text) {
  return !by.look(text);
}

/// What the text becomes.
std::string masked(const std::vector<std::string>& words,
                   std::string_view text) {
  auto filter = word_filter::make(words, action::mask);
  EXPECT_TRUE(filter);
  auto found = filter->look(text);
  EXPECT_TRUE(found);
  return found->value_or("(as it was)");
}

TEST(word_filter_test, finds_words_and_no_parts_of_words) {
  auto filter = word_filter::make({"ass", "two words"}, action::block);
  ASSERT_TRUE(filter);
  for (auto text : {"ass", "An ASS!", "(ass)", "you,ass.", "two  words",
                    "Two-words", "a\nass"})
    EXPECT_TRUE(blocked(*filter, text)) << text;
  for (auto text :
       {"", "assess", "class", "two", "words two", "two other words", "a s s"})
    EXPECT_FALSE(blocked(*filter, text)) << text;
}

TEST(word_filter_test, is_blind_to_case_width_and_composition) {
  auto filter = word_filter::make({"caf\u00e9", "STRASSE", "\u0434\u0430"},
                                  action::block);
  ASSERT_TRUE(filter);
  EXPECT_TRUE(blocked(*filter, "CAFE\u0301"));
  EXPECT_TRUE(blocked(*filter, "stra\u00dfe"));
  EXPECT_TRUE(blocked(*filter, "\u0414\u0410"));
  EXPECT_TRUE(blocked(*filter, "\uff43\uff41\uff46\u00e9"));
  // A soft hyphen inside the word.
  EXPECT_TRUE(blocked(*filter, "stra\u00adsse"));
  EXPECT_FALSE(blocked(*filter, "cafe"));
}

TEST(word_filter_test, finds_words_of_scripts_without_blanks) {
  auto filter = word_filter::make({"\u6bd2\u54c1"}, action::block);
  ASSERT_TRUE(filter);
  EXPECT_TRUE(blocked(*filter, "\u6211\u5356\u6bd2\u54c1"));
  EXPECT_FALSE(blocked(*filter, "\u6211\u5356\u98df\u54c1"));
}

TEST(word_filter_test, masks_a_character_with_an_asterisk) {
  EXPECT_EQ(
    masked({"\u0434\u0430", "no way"}, "\u041d\u0443 \u0414\u0410, no way!"),
    "\u041d\u0443 **, ******!");
  EXPECT_EQ(masked({"a", "a b"}, "a b a"), "*** *");
  EXPECT_EQ(masked({"a"}, "b"), "(as it was)");
}

TEST(word_filter_test, finds_words_that_only_look_like_its_own) {
  auto filter = word_filter::make({"badword", "bum", "lol"}, action::block);
  ASSERT_TRUE(filter);
  for (auto text :
       {"bad\u200bword", "bad\u2060word", "bad\u200dword", "b\u0430dw\u043erd",
        "_badword_", "badword1", "123badword", "my_badword_x", "b\u0336adword",
        "badw0rd", "\U0001D41Badword", "1ol", "loI"})
    EXPECT_TRUE(blocked(*filter, text)) << text;
  for (auto text : {"burn", "101", "bad word", "badwords", "b0", "1"})
    EXPECT_FALSE(blocked(*filter, text)) << text;
  EXPECT_EQ(masked({"badword"}, "a _bad\u200bword_ b"), "a _********_ b");
}

TEST(word_filter_test, refuses_an_entry_without_a_word) {
  for (auto entry : {"", "  ", "!?"}) {
    auto made = word_filter::make({"fine", entry}, action::block);
    ASSERT_FALSE(made) << entry;
    EXPECT_EQ(made.error().code, errc::bad_config);
  }
}

TEST(word_filter_test, takes_any_bytes) {
  auto filter = word_filter::make({"x"}, action::mask);
  ASSERT_TRUE(filter);
  EXPECT_TRUE(filter->look("\xff\xfe\x80 y"));
  EXPECT_EQ(filter->look("\xff x \xc3")->value_or(""), "\xff * \xc3");
}

} // namespace
} // namespace parley::net
