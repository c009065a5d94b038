#include "cluster/link/host_port.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::link {
namespace {

TEST(host_port_test, is_read_and_written) {
  for (auto text : {"127.0.0.1:0", "node-1.example:7000", "[::1]:65535"}) {
    auto found = parse_host_port(text);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(to_string(*found), text);
  }
  EXPECT_EQ(parse_host_port("[::1]:80")->host, "::1");
}

TEST(host_port_test, is_not_made_of_halves) {
  for (auto text :
       {"", "host", ":80", "host:", "host:65536", "host:-1", "host:8o",
        "::1:80", "[::1:80", "[one]:80", "[]:80", "[[::1]]:80", "host: 80"})
    EXPECT_FALSE(parse_host_port(text)) << text;
}

} // namespace
} // namespace parley::cluster::link
