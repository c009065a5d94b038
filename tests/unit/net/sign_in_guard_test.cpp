#include "base/limits.hpp"
#include "net/sign_in_guard.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::net {
namespace {

const user_id alice{"alice"};
const user_id bob{"bob"};

std::string address(std::size_t number) {
  return "10.0." + std::to_string(number / 256) + '.'
         + std::to_string(number % 256);
}

TEST(sign_in_guard_test, slows_those_who_guess_from_many_addresses) {
  sign_in_guard guard{{0.001, 3}};
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(guard.draw(alice, address(i)));
  auto refused = guard.draw(alice, address(3));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::rate_limited);
  EXPECT_GT(refused.error().retry_after_ms, 1000u);
  EXPECT_TRUE(guard.draw(bob, address(3))) << "another user";
}

TEST(sign_in_guard_test, lets_the_user_in_from_where_it_was_before) {
  sign_in_guard guard{{0.001, 1}};
  guard.remember(alice, "home");
  guard.draw(alice, address(0));
  EXPECT_FALSE(guard.draw(alice, address(1)));
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(guard.draw(alice, "home"));
  EXPECT_TRUE(guard.knows(alice, "home"));
  EXPECT_FALSE(guard.knows(bob, "home")) << "others who live there are others";
}

TEST(sign_in_guard_test, forgets_those_who_were_not_there_for_long) {
  sign_in_guard guard{{1, 1}};
  guard.remember(alice, "home");
  for (std::size_t i = 0; i < known_addresses_max / 2; ++i)
    guard.remember(bob, address(i));
  EXPECT_TRUE(guard.knows(alice, "home"));
  for (std::size_t i = 0; i < known_addresses_max / 2; ++i)
    guard.remember(bob, address(i));
  EXPECT_FALSE(guard.knows(alice, "home"));
}

} // namespace
} // namespace parley::net
