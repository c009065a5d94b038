#include "conf/address.hpp"

#include <gtest/gtest.h>

namespace parley::conf {
namespace {

TEST(address_test, reads_what_it_writes) {
  for (std::string_view text :
       {"127.0.0.1:8080", "0.0.0.0:0", "[::1]:65535", "[::]:80"}) {
    auto x = parse_address(text);
    ASSERT_TRUE(x) << text;
    EXPECT_EQ(to_string(*x), text);
  }
}

TEST(address_test, knows_localhost) {
  EXPECT_EQ(parse_address("localhost:1").value(), (address{"127.0.0.1", 1}));
}

TEST(address_test, refuses_everything_else) {
  for (std::string_view text :
       {"", ":", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
        "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80 ", "256.0.0.1:80",
        "example.org:80", "::1:80", "[::1]", "[127.0.0.1]:80", "[]:80",
        "[::1:80", "localhost"}) {
    auto x = parse_address(text);
    ASSERT_FALSE(x) << text;
    EXPECT_EQ(x.error().code, errc::bad_config);
  }
  EXPECT_FALSE(parse_address(std::string_view{"127.0.0.1\0x:80", 14}));
}

TEST(address_test, knows_who_can_reach_it) {
  auto loopback = [](std::string_view text) {
    return parse_address(text).value().loopback();
  };
  EXPECT_TRUE(loopback("127.0.0.1:1"));
  EXPECT_TRUE(loopback("127.9.9.9:1"));
  EXPECT_TRUE(loopback("[::1]:1"));
  EXPECT_FALSE(loopback("0.0.0.0:1"));
  EXPECT_FALSE(loopback("[::]:1"));
  EXPECT_FALSE(loopback("10.0.0.1:1"));
}

} // namespace
} // namespace parley::conf
