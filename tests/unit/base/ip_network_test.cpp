#include "base/ip_network.hpp"

#include <gtest/gtest.h>

namespace parley {

namespace {

std::string shown(const std::optional<ip_address>& one) {
  return one ? one->to_string() : "none";
}

} // namespace

TEST(ip_network_test, drops_what_stands_around_an_address) {
  for (const auto* text : {"10.0.0.4", "10.0.0.4:5001", "::ffff:10.0.0.4",
                           "[::ffff:a00:4]:1", " 10.0.0.4 ", "\"10.0.0.4:80\""})
    EXPECT_EQ(shown(parse_ip_of_hop(text)), "10.0.0.4") << text;
  for (const auto* text : {"2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:5001",
                           "2001:db8::1%eth0", "[2001:db8::1%25eth0]:5001",
                           "\"[2001:DB8:0::1]:5001\""})
    EXPECT_EQ(shown(parse_ip_of_hop(text)), "2001:db8::1") << text;
}

TEST(ip_network_test, takes_words_for_no_address) {
  for (const auto* text : {"",
                           "unknown",
                           "_hidden",
                           "localhost",
                           "10.0.0",
                           "10.0.0.256",
                           "010.0.0.1",
                           "10.0.0.4:",
                           "10.0.0.4:x",
                           "10.0.0.4:123456",
                           "[10.0.0.4]",
                           "[2001:db8::1",
                           "2001:db8::1]",
                           "[2001:db8::1]x",
                           "[2001:db8::1]:",
                           "10.0.0.4%eth0",
                           "10.0.0.4 10.0.0.5",
                           "0x0a000004",
                           "\"",
                           "\"\"",
                           "%1",
                           "1.2.3.4.5",
                           ":::1",
                           "10.0.0.4/8"})
    EXPECT_EQ(shown(parse_ip_of_hop(text)), "none") << text;
  EXPECT_FALSE(parse_ip(std::string(1000, '1')));
  EXPECT_FALSE(parse_ip(std::string_view{"1.2.3.4\0", 8}));
}

TEST(ip_network_test, contains_what_begins_alike) {
  auto in = [](const char* network, const char* one) {
    return parse_ip_network(network).value().contains(*parse_ip(one));
  };
  EXPECT_TRUE(in("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(in("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(in("10.0.0.0/8", "::ffff:10.1.1.1"));
  EXPECT_TRUE(in("0.0.0.0/0", "1.2.3.4"));
  EXPECT_FALSE(in("0.0.0.0/0", "::1"));
  EXPECT_TRUE(in("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(in("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(in("::1", "::1"));
  EXPECT_TRUE(in("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(in("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(in("fe80::/10", "fe80::1%eth0"));
}

TEST(ip_network_test, refuses_what_is_no_network) {
  for (const auto* text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "/8",
        "10.0.0.1/8", "2001:db8::1/32", "::/129", "example.org", "10/8",
        "10.0.0.0/8/8", "fe80::%eth0/10", "[::1]/128", "::ffff:10.0.0.0/104",
        " 10.0.0.0/8"})
    EXPECT_FALSE(parse_ip_network(text)) << text;
}

} // namespace parley
