#include "auth/token.hpp"

#include <gtest/gtest.h>
#include <jwt.h>
#include <sodium.h>

#include <cstdlib>
#include <memory>

namespace parley::auth {
namespace {

using namespace std::chrono_literals;

constexpr timestamp_ms start = 1'700'000'000'000;
constexpr timestamp_ms life_ms = 15 * 60 * 1000;

std::string base64url(std::string_view bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(),
                    reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), variant);
  out.pop_back();
  return out;
}

/// A token signed as `alg` with `secret`, whatever it says.
std::string sign(jwt_alg_t alg, std::string_view kid, std::string_view secret,
                 const std::string& payload) {
  jwt_t* raw = nullptr;
  jwt_new(&raw);
  std::unique_ptr<jwt_t, decltype(&jwt_free)> token{raw, &jwt_free};
  jwt_set_alg(raw, alg, reinterpret_cast<const unsigned char*>(secret.data()),
              static_cast<int>(secret.size()));
  if (!kid.empty())
    jwt_add_header(raw, "kid", std::string{kid}.c_str());
  jwt_add_grants_json(raw, payload.c_str());
  std::unique_ptr<char, decltype(&std::free)> text{jwt_encode_str(raw),
                                                   &std::free};
  return text ? text.get() : "";
}

class token_test : public testing::Test {
protected:
  std::string why(std::string_view token, timestamp_ms now = start) const {
    auto verified = verify(ring, token, now);
    if (verified)
      return "none";
    EXPECT_EQ(verified.error().code, errc::unauthenticated);
    return verified.error().detail;
  }

  std::string signed_hs256(const std::string& said) const {
    return sign(JWT_ALG_HS256, ring.signer()->kid, secret, said);
  }

  std::string secret = std::string(32, 's');
  key_ring ring = key_ring{}.rotated(start, 15min, secret);
  claims bob{user_id{"bob"}, family_id{"01arz3ndektsv4rrffq69g5fav"}, false,
             start, start + life_ms};
  std::string good = issue(ring, bob).value();
  std::string payload = R"({"sub":"bob","fam":"01arz3ndektsv4rrffq69g5fav",)"
                        R"("gst":false,"iat":1700000000,"exp":1700000900})";
};

TEST_F(token_test, says_what_was_issued) {
  EXPECT_EQ(verify(ring, good, start).value(), bob);
  bob.guest = true;
  EXPECT_EQ(verify(ring, issue(ring, bob).value(), start).value(), bob);
}

TEST_F(token_test, may_come_from_anyone_who_has_the_key) {
  EXPECT_EQ(verify(ring, signed_hs256(payload), start).value(), bob);
}

TEST_F(token_test, ends_when_it_says) {
  EXPECT_EQ(why(good, start + life_ms - 1), "none");
  EXPECT_EQ(why(good, start + life_ms), "token expired");
}

TEST_F(token_test, outlives_the_rotation_of_its_key) {
  ring = ring.rotated(start + 1, 15min, std::string(32, 't'));
  EXPECT_EQ(why(good), "none");
  EXPECT_NE(issue(ring, bob).value(), good);
}

// Whoever has an old key can sign what they like with it.
TEST_F(token_test, of_a_retired_key_is_one_that_it_could_have_signed) {
  auto old = ring.signer()->kid;
  ring = ring.rotated(start, 15min, std::string(32, 't'));
  auto forged = [&](const char* iat, const char* exp) {
    return sign(JWT_ALG_HS256, old, secret,
                R"({"sub":"bob","fam":"01arz3ndektsv4rrffq69g5fav",)"
                R"("gst":false,"iat":)"
                  + std::string{iat} + R"(,"exp":)" + exp + "}");
  };
  EXPECT_EQ(why(forged("1699999999", "1900000000")), "none");
  EXPECT_EQ(why(forged("1699999999", "1900000000"), start + life_ms - 1),
            "none");
  EXPECT_EQ(why(forged("1699999999", "1900000000"), start + life_ms),
            "unknown key");
  EXPECT_EQ(why(forged("1700000060", "1700000100")), "token invalid");
  ring = ring.without_retired();
  EXPECT_EQ(why(good), "unknown key");
}

TEST_F(token_test, of_a_forgotten_key_is_refused) {
  ring = key_ring{}.rotated(start, 15min, std::string(32, 't'));
  EXPECT_EQ(why(good), "unknown key");
}

TEST_F(token_test, without_a_key_is_refused) {
  EXPECT_EQ(why(sign(JWT_ALG_HS256, "", secret, payload)), "unknown key");
}

TEST_F(token_test, signed_with_another_secret_is_refused) {
  EXPECT_EQ(
    why(sign(JWT_ALG_HS256, ring.signer()->kid, std::string(32, 't'), payload)),
    "token invalid");
}

TEST_F(token_test, of_another_algorithm_is_refused) {
  auto kid = ring.signer()->kid;
  EXPECT_EQ(why(sign(JWT_ALG_HS384, kid, secret, payload)), "token invalid");
  EXPECT_EQ(why(sign(JWT_ALG_HS512, kid, secret, payload)), "token invalid");
}

TEST_F(token_test, of_no_algorithm_is_refused) {
  for (std::string alg : {"none", "None", "NONE", ""}) {
    auto header
      = R"({"alg":")" + alg + R"(","kid":")" + ring.signer()->kid + R"("})";
    auto unsigned_part = base64url(header) + "." + base64url(payload);
    auto signature = good.substr(good.rfind('.'));
    EXPECT_EQ(why(unsigned_part + "."), "token invalid") << alg;
    EXPECT_EQ(why(unsigned_part), "token invalid") << alg;
    EXPECT_EQ(why(unsigned_part + signature), "token invalid") << alg;
  }
}

TEST_F(token_test, changed_in_any_character_is_refused) {
  for (std::size_t i = 0; i + 1 < good.size(); ++i) {
    auto forged = good;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(why(forged), "none") << i;
  }
}

TEST_F(token_test, cut_short_anywhere_is_refused) {
  for (std::size_t i = 0; i < good.size(); ++i)
    EXPECT_EQ(why(good.substr(0, i)), "token invalid") << i;
}

TEST_F(token_test, with_anything_around_it_is_refused) {
  EXPECT_EQ(why(good + "."), "token invalid");
  EXPECT_EQ(why(good + " "), "token invalid");
  EXPECT_EQ(why(" " + good), "token invalid");
  EXPECT_EQ(why(good + std::string(1, '\0') + "x"), "token invalid");
  EXPECT_EQ(why(good + std::string(5000, 'A')), "token invalid");
}

TEST_F(token_test, with_claims_that_make_no_sense_is_refused) {
  for (const char* bad : {
         "{}",
         R"({"sub":"bob","fam":"01arz3ndektsv4rrffq69g5fav","gst":false,)"
         R"("iat":1700000000})",
         R"({"sub":"BOB","fam":"01arz3ndektsv4rrffq69g5fav","gst":false,)"
         R"("iat":1700000000,"exp":1700000900})",
         R"({"sub":7,"fam":"01arz3ndektsv4rrffq69g5fav","gst":false,)"
         R"("iat":1700000000,"exp":1700000900})",
         R"({"sub":"bob","fam":"short","gst":false,"iat":1700000000,)"
         R"("exp":1700000900})",
         R"({"sub":"bob","fam":"01arz3ndektsv4rrffq69g5fav",)"
         R"("iat":1700000000,"exp":1700000900})",
         R"({"sub":"bob","fam":"01arz3ndektsv4rrffq69g5fav","gst":false,)"
         R"("iat":1700000000,"exp":"soon"})",
         R"({"sub":"bob","fam":"01arz3ndektsv4rrffq69g5fav","gst":false,)"
         R"("iat":1700000000,"exp":9223372036854775807})",
       })
    EXPECT_EQ(why(signed_hs256(bad)), "token invalid") << bad;
}

TEST_F(token_test, cannot_be_issued_without_a_key) {
  auto token = issue(key_ring{}, bob);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, errc::unavailable);
}

} // namespace
} // namespace parley::auth
