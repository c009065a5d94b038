#include "base/json_size.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

TEST(json_size_test, counts_the_quotes) {
  EXPECT_EQ(json_size(""), 2u);
  EXPECT_EQ(json_size("abc"), 5u);
}

TEST(json_size_test, counts_what_escapes_become) {
  EXPECT_EQ(json_size("\x01"), 8u);
  EXPECT_EQ(json_size("\x0b\x1f"), 14u);
  EXPECT_EQ(json_size(std::string(1, '\0')), 8u);
  for (auto text : {"\b", "\t", "\n", "\f", "\r", "\"", "\\"})
    EXPECT_EQ(json_size(text), 4u) << text;
}

TEST(json_size_test, takes_other_bytes_as_they_are) {
  EXPECT_EQ(json_size("\x7f"), 3u);
  EXPECT_EQ(json_size("\xc3\xa9\xe2\x80\xa8/"), 8u);
}

} // namespace
} // namespace parley
