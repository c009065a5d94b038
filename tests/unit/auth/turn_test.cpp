#include "auth/turn.hpp"

#include <gtest/gtest.h>

namespace parley::auth {
namespace {

// echo -n 1700000600:alice | openssl dgst -sha1 -hmac north-of-the-wall -binary
// | base64
TEST(turn_test, signs_expiry_and_user_as_coturn_checks_it) {
  auto login
    = make_turn_login("north-of-the-wall", user_id{"alice"}, 1'700'000'600);
  EXPECT_EQ(login.username, "1700000600:alice");
  EXPECT_EQ(login.credential, "y1dPC1irS8j4iVb6aGjF56SCGXU=");
}

} // namespace
} // namespace parley::auth
