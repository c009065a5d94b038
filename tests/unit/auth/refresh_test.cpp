#include "auth/random.hpp"
#include "auth/refresh.hpp"

#include <gtest/gtest.h>

namespace parley::auth {
namespace {

const user_id bob{"bob"};
const family_id family{"01arz3ndektsv4rrffq69g5fav"};

TEST(refresh_token_test, reads_what_it_writes) {
  auto token = make_refresh_token(bob, family);
  auto text = to_string(token);
  EXPECT_TRUE(text.starts_with("bob~01arz3ndektsv4rrffq69g5fav~"));
  EXPECT_EQ(text.size(), 4 + 27 + 43u);
  EXPECT_EQ(parse_refresh_token(text), token);
}

TEST(refresh_token_test, is_another_each_time) {
  auto a = make_refresh_token(bob, family);
  auto b = make_refresh_token(bob, family);
  EXPECT_NE(a, b);
  EXPECT_FALSE(same_hash(hash_of(a), hash_of(b)));
}

TEST(refresh_token_test, refuses_everything_else) {
  const std::string head = "bob~01arz3ndektsv4rrffq69g5fav~";
  const std::string secret(43, 'A');
  ASSERT_TRUE(parse_refresh_token(head + secret));
  for (const auto& bad :
       {std::string{}, std::string{"~"}, std::string{"~~"}, head,
        "bob~" + secret, head + secret + "A", head + secret.substr(1),
        head + secret + "=", head + secret + "~", "~" + head + secret,
        "Bob~01arz3ndektsv4rrffq69g5fav~" + secret,
        "bob~81arz3ndektsv4rrffq69g5fav~" + secret,
        "bob~01arz3ndektsv4rrffq69g5fa~" + secret,
        head + "+" + secret.substr(1), head + " " + secret.substr(1),
        head + "\xb9" + secret.substr(1), head + secret.substr(1) + "\x91",
        // The last two bits belong to no byte.
        head + secret.substr(1) + "B", std::string(10'000, '~')})
    EXPECT_FALSE(parse_refresh_token(bad)) << bad.substr(0, 100);
}

TEST(refresh_token_test, is_stored_as_sha256_of_its_secret) {
  refresh_token token{bob, family, std::string(32, '\0')};
  auto hash = hash_of(token);
  EXPECT_EQ(hash.size(), 32u);
  EXPECT_EQ(hash.substr(0, 4), "\x66\x68\x7a\xad");
}

TEST(refresh_token_test, hashes_are_the_same_only_in_full) {
  EXPECT_TRUE(same_hash("abc", "abc"));
  EXPECT_FALSE(same_hash("abc", "abd"));
  EXPECT_FALSE(same_hash("abc", "ab"));
  EXPECT_FALSE(same_hash("", "a"));
  EXPECT_TRUE(same_hash("", ""));
}

} // namespace
} // namespace parley::auth
