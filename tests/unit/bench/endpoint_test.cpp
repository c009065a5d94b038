#include "bench/load/endpoint.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <map>
#include <string>

namespace parley::bench {
namespace {

std::string text(const sockaddr_in& of) {
  return inet_ntoa(of.sin_addr) + (":" + std::to_string(ntohs(of.sin_port)));
}

TEST(endpoint_test, reads_one_address) {
  auto node = parse_node("127.0.0.1:8080");
  ASSERT_TRUE(node);
  EXPECT_EQ(text(node->address(0)), "127.0.0.1:8080");
  EXPECT_EQ(text(node->address(5)), "127.0.0.1:8080");
}

TEST(endpoint_test, spreads_connections_over_several_addresses) {
  auto node = parse_node("127.0.0.1-3:80");
  ASSERT_TRUE(node);
  EXPECT_EQ(text(node->address(0)), "127.0.0.1:80");
  EXPECT_EQ(text(node->address(2)), "127.0.0.3:80");
  EXPECT_EQ(text(node->address(3)), "127.0.0.1:80");
}

TEST(endpoint_test, refuses_what_is_no_node) {
  for (const auto* wrong :
       {"", "127.0.0.1", ":80", "127.0.0.1:0", "127.0.0.1:70000",
        "127.0.0.1:8x", "127.0.0:80", "127.0.0.9-3:80", "127.0.0.1-300:80",
        "127.0.0.1-:80", "host:80"}) {
    auto node = parse_node(wrong);
    ASSERT_FALSE(node) << wrong;
    EXPECT_EQ(node.error().field, "node");
  }
}

TEST(endpoint_test, comes_from_each_loopback_address_500_times) {
  auto to = parse_node("127.0.0.1:80")->address(0);
  std::map<std::uint32_t, int> from;
  for (unsigned worker : {0u, 1u})
    for (std::size_t i = 0; i < 19'500; ++i)
      ++from[source_address(to, worker, i).sin_addr.s_addr];
  EXPECT_EQ(from.size(), 2u * 39);
  for (auto [address, times] : from)
    EXPECT_EQ(times, 500);
}

TEST(endpoint_test, leaves_the_source_to_the_system_elsewhere) {
  auto to = parse_node("10.1.2.3:80")->address(0);
  EXPECT_EQ(source_address(to, 0, 0).sin_addr.s_addr, 0u);
}

} // namespace
} // namespace parley::bench
