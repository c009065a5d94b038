#include "auth/password.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <string>

namespace parley::auth {
namespace {

// Cheap, so that tests are quick.
constexpr password_cost cheap{8192, 1};

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i)
    out += text;
  return out;
}

TEST(password_test, has_8_to_128_characters) {
  EXPECT_TRUE(check_password("12345678"));
  EXPECT_TRUE(check_password(repeat("x", 128)));
  for (const auto& bad :
       {std::string{}, std::string{"1234567"}, repeat("x", 129)}) {
    auto checked = check_password(bad);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, errc::bad_params);
    EXPECT_EQ(checked.error().field, "password");
  }
}

TEST(password_test, counts_characters_and_not_bytes) {
  EXPECT_FALSE(check_password(repeat("\xc3\xbc", 7)));
  EXPECT_TRUE(check_password(repeat("\xc3\xbc", 8)));
  EXPECT_TRUE(check_password(repeat("\xf0\x9f\x98\x80", 128)));
  EXPECT_FALSE(check_password(repeat("\xf0\x9f\x98\x80", 129)));
}

TEST(password_test, bytes_that_are_no_text_cannot_make_it_longer) {
  EXPECT_FALSE(check_password("1234567\x80\x80"));
  EXPECT_FALSE(check_password("12345678" + repeat("\x80", 1000)));
}

TEST(password_test, is_verified_by_its_own_hash_only) {
  auto hash = hash_password("correct horse", cheap);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$"));
  EXPECT_TRUE(verify_password(*hash, "correct horse"));
  EXPECT_FALSE(verify_password(*hash, "correct horsf"));
  EXPECT_FALSE(verify_password(*hash, ""));
  EXPECT_FALSE(verify_password(*hash, std::string{"correct horse\0", 14}));
}

TEST(password_test, is_the_same_in_every_form_of_its_characters) {
  // u with diaeresis composed and decomposed; a no-break and an ideographic
  // space; a ligature stays what it is.
  EXPECT_EQ(canonical_password("u\xCC\x88"), "\xC3\xBC");
  EXPECT_EQ(canonical_password("a\xC2\xA0"
                               "b\xE3\x80\x80"
                               "c"),
            "a b c");
  EXPECT_EQ(canonical_password("\xEF\xAC\x81"), "\xEF\xAC\x81");
  EXPECT_EQ(canonical_password("\xFFx\xCC\x88"), "\xFFx\xCC\x88");
  auto hash = hash_password("p\xC3\xA4ssword", cheap);
  EXPECT_TRUE(verify_password(*hash, "pa\xCC\x88ssword"));
  EXPECT_FALSE(verify_password(*hash, "password"));
}

TEST(password_test, is_counted_in_its_canonical_form) {
  EXPECT_FALSE(check_password(repeat("u\xCC\x88", 7)));
  EXPECT_TRUE(check_password(repeat("u\xCC\x88", 128)));
}

// What an earlier version stored: the hash of the bytes as they were typed.
std::string hash_of_bytes(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  EXPECT_EQ(crypto_pwhash_str_alg(out.data(), password.data(), password.size(),
                                  cheap.passes, cheap.memory_bytes,
                                  crypto_pwhash_ALG_ARGON2ID13),
            0);
  return out.data();
}

TEST(password_test, of_an_old_hash_is_found_and_hashed_anew) {
  const std::string typed = "pa\xCC\x88ssword";
  auto old = hash_of_bytes(typed);
  EXPECT_TRUE(verify_password(old, typed));
  auto seen = check_password_against(old, typed, cheap);
  EXPECT_TRUE(seen.right);
  EXPECT_TRUE(verify_password(seen.rehashed, "p\xC3\xA4ssword"));
  EXPECT_FALSE(check_password_against(old, "password", cheap).right);
  EXPECT_TRUE(check_password_against(*hash_password(typed, cheap), typed, cheap)
                .rehashed.empty());
}

TEST(password_test, has_another_hash_each_time) {
  EXPECT_NE(*hash_password("12345678", cheap),
            *hash_password("12345678", cheap));
}

TEST(password_test, what_is_no_hash_verifies_nothing) {
  for (const auto& bad : {std::string{}, std::string{"x"},
                          std::string{"$argon2id$"}, repeat("$", 10'000)}) {
    EXPECT_FALSE(verify_password(bad, "12345678"));
    EXPECT_TRUE(needs_rehash(bad, cheap));
  }
}

TEST(password_test, a_hash_of_another_cost_is_to_be_made_anew) {
  auto hash = hash_password("12345678", cheap);
  EXPECT_FALSE(needs_rehash(*hash, cheap));
  EXPECT_TRUE(needs_rehash(*hash, {8192, 2}));
  EXPECT_TRUE(needs_rehash(*hash, {16384, 1}));
}

TEST(password_test, a_cost_that_cannot_be_paid_is_an_error) {
  auto hash = hash_password("12345678", {1, 1});
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, errc::unavailable);
}

TEST(password_test, the_default_cost_works_and_is_written_into_the_hash) {
  auto hash = hash_password("12345678");
  ASSERT_TRUE(hash);
  EXPECT_NE(hash->find("m=19456,t=2,p=1"), std::string::npos) << *hash;
}

TEST(password_test, the_dummy_costs_as_much_and_verifies_nothing) {
  auto hash = dummy_hash(cheap);
  ASSERT_TRUE(hash);
  EXPECT_FALSE(needs_rehash(*hash, cheap));
  EXPECT_FALSE(verify_password(*hash, ""));
}

} // namespace
} // namespace parley::auth
