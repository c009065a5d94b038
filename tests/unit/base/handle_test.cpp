#include "base/handle.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

TEST(handle_test, is_the_same_in_capitals) {
  for (auto spelled : {"anna.b-1", "Anna.b-1", "ANNA.B-1"})
    EXPECT_EQ(parse_handle(spelled), user_id{"anna.b-1"}) << spelled;
}

TEST(handle_test, is_folded_in_ascii_only) {
  // The Kelvin sign and the dotted I fold to k and i in Unicode.
  for (const auto& bad :
       {std::string{"\xE2\x84\xAAim"}, std::string{"\xC4\xB0rma"},
        std::string{"\xC3\x84nna"}, std::string{"an na"}, std::string{},
        std::string(33, 'A'), std::string{"AN\0A", 4}})
    EXPECT_FALSE(parse_handle(bad)) << bad;
}

TEST(handle_test, leaves_ids_of_machines_in_one_spelling) {
  EXPECT_FALSE(parse_user_id("Anna"));
}

} // namespace
} // namespace parley
