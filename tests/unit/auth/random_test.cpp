#include "auth/random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace parley::auth {
namespace {

TEST(random_test, gives_as_many_bytes_as_asked_for_and_never_the_same) {
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(32).size(), 32u);
  EXPECT_NE(random_bytes(32), random_bytes(32));
  EXPECT_NE(random_u64(), random_u64());
}

TEST(random_test, numbers_of_blocks_never_come_again) {
  random_numbers one;
  random_numbers other;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(one.next());
    seen.insert(other.next());
  }
  EXPECT_EQ(seen.size(), 2000u);
}

TEST(random_test, families_can_be_parsed_and_differ) {
  std::set<family_id> seen;
  for (int i = 0; i < 1000; ++i) {
    auto family = random_family();
    EXPECT_EQ(parse_family_id(family.view()), family);
    seen.insert(family);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(random_test, guests_have_handles_that_the_protocol_allows) {
  std::set<user_id> seen;
  for (int i = 0; i < 1000; ++i) {
    auto guest = random_guest();
    EXPECT_EQ(parse_user_id(guest.view()), guest);
    EXPECT_TRUE(is_guest(guest));
    EXPECT_EQ(guest.view().size(), guest_prefix.size() + 12);
    seen.insert(guest);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

} // namespace
} // namespace parley::auth
