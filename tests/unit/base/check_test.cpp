#include "base/check.hpp"

#include <gtest/gtest.h>

namespace {

TEST(check_test, what_holds_goes_on) {
  PARLEY_CHECK(1 + 1 == 2);
}

TEST(check_death_test, what_does_not_hold_ends_the_process_and_says_where) {
  EXPECT_DEATH(PARLEY_CHECK(1 + 1 == 3),
               "check_test.cpp:.*check failed: 1 \\+ 1 == 3");
}

} // namespace
