#include "cluster/presence/address.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::presence {
namespace {

TEST(address_test, reads_what_it_writes) {
  for (const auto* text : {"127.0.0.1:6379", "redis.example.org:1",
                           "[::1]:65535", "unix:/run/redis/redis.sock"}) {
    auto read = parse_address(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(to_string(*read), text);
  }
}

TEST(address_test, refuses_what_is_none) {
  for (const auto* text :
       {"", "host", ":6379", "host:", "host:0", "host:65536", "host:6379x",
        "::1:6379", "[]:1", "unix:", "host: 6379"})
    EXPECT_FALSE(parse_address(text)) << text;
  EXPECT_FALSE(parse_address("unix:" + std::string(200, 'x')));
}

} // namespace
} // namespace parley::cluster::presence
