#include "net/screen/screening.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using actors::screen_verdict;

std::optional<screen_verdict> read(std::string_view body,
                                   bool has_attachments = false) {
  return screening::read_answer(body, has_attachments);
}

TEST(screening_test, reads_what_the_hook_says) {
  auto allowed = read(R"({"action":"allow","score":0.1})");
  ASSERT_TRUE(allowed && *allowed);
  EXPECT_FALSE(**allowed);
  auto replaced = read(R"({"action":"replace","text":"x"})");
  ASSERT_TRUE(replaced && *replaced);
  EXPECT_EQ(**replaced, "x");
  auto blocked = read(R"({"action":"block","reason":"rude"})");
  ASSERT_TRUE(blocked);
  ASSERT_FALSE(*blocked);
  EXPECT_EQ(blocked->error().code, errc::forbidden);
  EXPECT_EQ(blocked->error().detail, "rude");
}

TEST(screening_test, believes_nothing_that_makes_no_sense) {
  for (auto body :
       {"", "allow", "[]", "{}", R"({"action":"maybe"})", R"({"action":1})",
        R"({"action":"replace"})", R"({"action":"replace","text":""})",
        R"({"action":"replace","text":7})", "{\"action\":\"\xff\"}"})
    EXPECT_FALSE(read(body)) << body;
  auto long_text = R"({"action":"replace","text":")" + std::string(8193, 'x');
  EXPECT_FALSE(read(long_text + "\"}"));
}

TEST(screening_test, may_take_the_text_from_what_has_attachments) {
  auto replaced = read(R"({"action":"replace","text":""})", true);
  ASSERT_TRUE(replaced && *replaced);
  EXPECT_EQ(**replaced, "");
}

TEST(screening_test, is_not_there_unless_asked_for) {
  auto nothing = screening::make({});
  ASSERT_TRUE(nothing);
  EXPECT_EQ(*nothing, nullptr);
}

TEST(screening_test, refuses_a_url_that_it_can_not_ask) {
  for (auto url : {"https://127.0.0.1/", "http://", "127.0.0.1:80"}) {
    screening_options opts;
    opts.hook.url = url;
    auto made = screening::make(opts);
    ASSERT_FALSE(made) << url;
    EXPECT_EQ(made.error().code, errc::bad_config);
  }
}

TEST(screening_test, asks_nobody_about_what_has_a_forbidden_word) {
  screening_options opts;
  opts.words = {"bad"};
  // Nobody listens there.
  opts.hook.url = "http://127.0.0.1:1/";
  auto made = screening::make(opts);
  ASSERT_TRUE(made);
  std::optional<screen_verdict> got;
  actors::screened_text what;
  what.conversation = conversation_id{"d.00000000000000000000000001"};
  what.text = "so bad";
  (*made)->look(what, [&](screen_verdict found) { got = std::move(found); });
  ASSERT_TRUE(got);
  EXPECT_EQ(got->error().code, errc::forbidden);
}

} // namespace
} // namespace parley::net
