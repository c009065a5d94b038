#include "base/text_rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::text {

namespace {

TEST(text_rules_test, gives_what_is_written_in_two_ways_one_form) {
  EXPECT_EQ(composed("e\u0301"), "\u00e9");
  EXPECT_EQ(composed("\u00e9"), "\u00e9");
  EXPECT_EQ(composed("\u1100\u1161"), "\uac00");
  EXPECT_EQ(composed(""), "");
}

TEST(text_rules_test, finds_control_characters) {
  EXPECT_FALSE(has_controls("a b \u00e9 \U0001F600"));
  for (auto text : {"a\nb", "\t", "\x01", "\x7f", "\u0085", "\u009b"})
    EXPECT_TRUE(has_controls(text)) << text;
  EXPECT_TRUE(has_controls(std::string(1, '\0')));
}

TEST(text_rules_test, takes_names_of_all_scripts) {
  for (auto text : {"", "Anna", "\u00d6ne \U0001F388", "\u05d3\u05d5\u05d3",
                    "\u0645\u062d\u0645\u062f",
                    // Persian is written with the zero-width non-joiner.
                    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                    "\U0001F468\u200D\U0001F469\u200D\U0001F467",
                    "\u0915\u094d\u200d\u0937"})
    EXPECT_EQ(fault_in_line(text), nullptr) << text;
}

TEST(text_rules_test, refuses_lines_that_show_nothing) {
  for (auto text :
       {" ", "\u00a0", "\u200b", "\u2060\ufeff", "\u3164", "\u115f", "\u00ad",
        "\u2800", "\ufe0f", "\u3000 \u200d", "\u034f", "\U000E0041", "\u180e"})
    EXPECT_STREQ(fault_in_line(text), "must have something to be seen") << text;
}

TEST(text_rules_test, refuses_lines_that_turn_what_stands_beside_them) {
  for (auto control :
       {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067",
        "\u2068", "\u2069", "\u200e", "\u200f", "\u061c"})
    EXPECT_NE(fault_in_line("ab" + std::string{control} + "c"), nullptr);
}

TEST(text_rules_test, refuses_what_is_more_than_a_line) {
  for (auto text : {"a\nb", "a\rb", "a\tb", "a\u0085b", "a\u2028b", "a\u2029b",
                    "a\u009bb", "a\x1b[31m", "a\x7f"})
    EXPECT_STREQ(fault_in_line(text), "must have no control characters");
  EXPECT_NE(fault_in_line("\xff"), nullptr);
}

TEST(text_rules_test, knows_an_emoji_by_all_its_spellings) {
  for (auto heart : {"\u2764", "\u2764\ufe0f", "\u2764\ufe0e"})
    EXPECT_EQ(reaction(heart), "\u2764\ufe0f");
  EXPECT_EQ(reaction("\U0001F44D\ufe0f"), "\U0001F44D");
  EXPECT_EQ(reaction("1\u20e3"), "1\ufe0f\u20e3");
  EXPECT_EQ(reaction("\U0001F3F3\u200D\U0001F308"),
            "\U0001F3F3\ufe0f\u200D\U0001F308");
}

TEST(text_rules_test, takes_one_emoji) {
  for (auto text :
       {"\U0001F600", "\U0001F44D\U0001F3FD", "\U0001F1E9\U0001F1EA",
        "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466",
        "\U0001F469\U0001F3FD\u200D\U0001F680",
        "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067"
        "\U000E007F",
        "\u270c\U0001F3FD", "\u00a9\ufe0f", ":+1:", ":party_parrot:", ":a-1:"})
    EXPECT_EQ(reaction(text), text);
}

TEST(text_rules_test, takes_nothing_else_as_a_reaction) {
  for (auto text : {"",
                    "+1",
                    "ok",
                    "1",
                    "#",
                    "a",
                    "\U0001F600\U0001F600",
                    "\U0001F600 ",
                    "\u200d",
                    "\ufe0f",
                    "\U0001F600\u200d",
                    "\u200d\U0001F600",
                    "\U0001F1E9",
                    "\U0001F3FDx",
                    "::",
                    ":A:",
                    ":a b:",
                    ":a",
                    "a:",
                    ":aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:",
                    "\u20e3",
                    "x\u0301",
                    "\U0001F600\u0301",
                    "\xff",
                    "\U000E0067\U000E007F",
                    "\U0001F3F4\U000E0067",
                    "\U0001F600\u202e",
                    ":\u0430:"})
    EXPECT_FALSE(reaction(text)) << text;
}

TEST(text_rules_test, leaves_out_what_nobody_sees) {
  auto seen = without_invisible("b\u200ba\u00add\u2060\x01!");
  EXPECT_EQ(seen.text, "bad!");
  ASSERT_EQ(seen.origin.size(), 5u);
  EXPECT_EQ(seen.origin[1], 4u);
  EXPECT_EQ(without_invisible("a b\nc").text, "a b\nc");
}

TEST(text_rules_test, folds_words_that_look_the_same) {
  EXPECT_EQ(folded("BadWord"), folded("badword"));
  EXPECT_EQ(folded("b\u0430dw\u043erd"), folded("badword"));
  EXPECT_EQ(folded("\uff42\uff41\uff44"), folded("bad"));
  EXPECT_EQ(folded("b\u0336a\u0336d\u0336"), folded("bad"));
  EXPECT_EQ(folded("\U0001D41B\U0001D41A\U0001D41D"), folded("bad"));
  EXPECT_NE(folded("burn"), folded("bum"));
  EXPECT_EQ(folded_loosely("b0mb"), folded("bomb"));
  EXPECT_EQ(folded_loosely("s1ow"), folded("slow"));
  EXPECT_EQ(folded_loosely("sIow"), folded("slow"));
}

TEST(reaction_test, joins_only_what_keyboards_join) {
  EXPECT_TRUE(reaction("\U0001F468\u200D\U0001F469\u200D\U0001F467"));
  // The flag of Wales.
  EXPECT_TRUE(reaction("\U0001F3F4\U000E0067\U000E0062\U000E0077\U000E006C"
                       "\U000E0073\U000E007F"));
  for (auto text :
       {"\U0001F600\u200D\U0001F600", "\U0001F600\U000E0061\U000E007F",
        "\U0001F3F4\U000E0061\U000E007F"})
    EXPECT_FALSE(reaction(text)) << text;
}

TEST(text_rules_test, a_name_is_more_than_marks_and_blanks) {
  for (auto text : {"\U0001D159", "\uFFFC", "\u0301", "\uFFFF", "\u2800"})
    EXPECT_NE(fault_in_line(text), nullptr) << text;
  EXPECT_EQ(fault_in_line("e\u0301"), nullptr);
}

TEST(text_rules_test, a_device_id_is_printable) {
  for (auto text : {"phone 1", "b0a5-\u00e9"})
    EXPECT_EQ(fault_in_device_id(text), nullptr) << text;
  for (auto text : {"a\nb", "a\u200B", "a\u202E", "a\u2028", "\x7f"})
    EXPECT_NE(fault_in_device_id(text), nullptr) << text;
  EXPECT_NE(fault_in_device_id(std::string_view{"a\0b", 3}), nullptr);
}

} // namespace

} // namespace parley::text
