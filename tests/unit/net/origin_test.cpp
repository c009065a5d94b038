#include "net/origin.hpp"

#include <gtest/gtest.h>

namespace parley::net {

TEST(origin_test, lets_clients_without_origin_and_own_pages_in) {
  EXPECT_TRUE(origin_allowed("", "chat.example", {}));
  EXPECT_TRUE(origin_allowed("https://chat.example", "chat.example", {}));
  EXPECT_TRUE(origin_allowed("http://LOCALHOST:8080", "localhost:8080", {}));
}

TEST(origin_test, knows_the_port_that_is_left_out) {
  EXPECT_TRUE(origin_allowed("https://chat.example", "chat.example:443", {}));
  EXPECT_TRUE(origin_allowed("http://chat.example", "chat.example:80", {}));
  EXPECT_FALSE(origin_allowed("http://chat.example", "chat.example:443", {}));
  EXPECT_FALSE(origin_allowed("https://chat.example:8443", "chat.example", {}));
}

TEST(origin_test, keeps_other_pages_out_unless_they_are_listed) {
  EXPECT_FALSE(origin_allowed("https://evil.example", "chat.example", {}));
  EXPECT_FALSE(origin_allowed("http://localhost:81", "localhost:8080", {}));
  EXPECT_FALSE(origin_allowed("null", "chat.example", {}));
  EXPECT_FALSE(origin_allowed("https://", "", {}));
  EXPECT_TRUE(origin_allowed("https://app.example", "chat.example",
                             {"https://app.example"}));
  EXPECT_FALSE(origin_allowed("http://app.example", "chat.example",
                              {"https://app.example"}));
  EXPECT_TRUE(origin_allowed("https://any.example", "chat.example", {"*"}));
}

} // namespace parley::net
