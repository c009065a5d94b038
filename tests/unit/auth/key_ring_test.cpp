#include "auth/key_ring.hpp"

#include <gtest/gtest.h>

namespace parley::auth {
namespace {

using namespace std::chrono_literals;

constexpr auto life = 15min;
constexpr timestamp_ms life_ms = 15 * 60 * 1000;
constexpr timestamp_ms start = 1'700'000'000'000;

std::string secret(char c) {
  return std::string(32, c);
}

TEST(key_ring_test, is_empty_until_its_first_rotation) {
  key_ring empty;
  EXPECT_EQ(empty.signer(), nullptr);
  EXPECT_EQ(empty.find(""), nullptr);
  auto ring = empty.rotated(start, life, secret('a'));
  ASSERT_NE(ring.signer(), nullptr);
  EXPECT_EQ(ring.signer()->secret, secret('a'));
  EXPECT_EQ(ring.find(ring.signer()->kid), ring.signer());
}

TEST(key_ring_test, the_newest_key_signs_and_the_old_ones_are_still_known) {
  auto first = key_ring{}.rotated(start, life, secret('a'));
  auto second = first.rotated(start + 1, life, secret('b'));
  EXPECT_EQ(second.signer()->secret, secret('b'));
  const auto* old = second.find(first.signer()->kid);
  ASSERT_NE(old, nullptr);
  EXPECT_EQ(old->retired_at, start + 1);
  EXPECT_EQ(first.signer()->retired_at, 0) << "a ring never changes";
}

TEST(key_ring_test, forgets_a_key_once_no_token_of_it_can_be_good) {
  auto ring = key_ring{}.rotated(start, life, secret('a'));
  auto kid = ring.signer()->kid;
  ring = ring.rotated(start + 1, life, secret('b'));
  EXPECT_TRUE(ring.rotated(start + life_ms, life, secret('c')).find(kid));
  EXPECT_FALSE(ring.rotated(start + 1 + life_ms, life, secret('c')).find(kid));
}

TEST(key_ring_test, a_retired_key_is_dead_after_its_last_token) {
  auto first = key_ring{}.rotated(start, life, secret('a'));
  EXPECT_FALSE(first.signer()->dead(start + 1000 * life_ms));
  auto ring = first.rotated(start + 1, life, secret('b'));
  const auto* old = ring.find(first.signer()->kid);
  EXPECT_FALSE(old->dead(start + life_ms));
  EXPECT_TRUE(old->dead(start + 1 + life_ms));
  EXPECT_EQ(ring.without_dead(start + life_ms).keys().size(), 2u);
  EXPECT_EQ(ring.without_dead(start + 1 + life_ms).keys().size(), 1u);
  EXPECT_EQ(ring.without_retired().keys().size(), 1u);
  signing_key of_an_earlier_version{"k", secret('a'), 1, start};
  EXPECT_FALSE(of_an_earlier_version.dead(start + 86'399'999));
  EXPECT_TRUE(of_an_earlier_version.dead(start + 86'400'000));
}

TEST(key_ring_test, the_same_secret_twice_is_one_key) {
  auto ring = key_ring{}.rotated(start, life, secret('a'));
  ring = ring.rotated(start + 1, life, secret('a'));
  EXPECT_EQ(ring.keys().size(), 1u);
  EXPECT_EQ(ring.signer()->created_at, start + 1);
}

TEST(key_ring_test, is_made_of_what_was_stored) {
  auto ring = key_ring{}.rotated(start, life, secret('a'));
  ring = ring.rotated(start + 1, life, secret('b'));
  auto again = key_ring::make(ring.keys());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->keys(), ring.keys());
  EXPECT_EQ(*again->signer(), *ring.signer());
}

TEST(key_ring_test, is_not_made_of_damaged_keys) {
  auto code = [](std::vector<signing_key> keys) {
    return key_ring::make(std::move(keys)).error().code;
  };
  EXPECT_EQ(code({{"k", "short", 1, 0}}), errc::corrupt);
  EXPECT_EQ(code({{"", secret('a'), 1, 0}}), errc::corrupt);
  EXPECT_EQ(code({{"k", secret('a'), 1, 0}, {"k", secret('b'), 2, 0}}),
            errc::corrupt);
}

TEST(key_ring_test, with_retired_keys_only_has_no_signer) {
  auto ring = key_ring::make({{"k", secret('a'), 1, 2}});
  ASSERT_TRUE(ring);
  EXPECT_EQ(ring->signer(), nullptr);
  EXPECT_NE(ring->find("k"), nullptr);
}

} // namespace
} // namespace parley::auth
