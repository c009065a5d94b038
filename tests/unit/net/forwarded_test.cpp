#include "net/forwarded.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace parley::net {

namespace {

std::vector<ip_network> trusting(std::initializer_list<const char*> texts) {
  std::vector<ip_network> out;
  for (const auto* text : texts)
    out.push_back(parse_ip_network(text).value());
  return out;
}

const auto proxies = trusting({"10.0.0.0/8", "fd00::/8"});

std::string plain(const char* list) {
  return walk_x_forwarded_for(*parse_ip("10.0.0.1"), list, proxies).to_string();
}

std::string standard(const char* list) {
  return walk_forwarded(*parse_ip("10.0.0.1"), list, proxies).to_string();
}

} // namespace

TEST(forwarded_test, finds_the_last_hop_that_is_no_proxy) {
  EXPECT_EQ(plain("203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(plain("1.1.1.1, 203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(plain("1.1.1.1, 203.0.113.7:5001, 10.2.2.2:80"), "203.0.113.7");
  EXPECT_EQ(plain("[2001:db8::1]:5001,[fd00::1]"), "2001:db8::1");
  EXPECT_EQ(plain("10.3.3.3, 10.2.2.2"), "10.3.3.3");
  EXPECT_EQ(plain("203.0.113.7, , 10.2.2.2,"), "203.0.113.7");
  EXPECT_EQ(plain(""), "10.0.0.1");
}

TEST(forwarded_test, ends_at_the_hop_before_a_word) {
  EXPECT_EQ(plain("203.0.113.7, unknown"), "10.0.0.1");
  EXPECT_EQ(plain("203.0.113.7, unknown, 10.2.2.2"), "10.2.2.2");
  EXPECT_EQ(plain("\"203.0.113.7"), "10.0.0.1");
}

TEST(forwarded_test, reads_the_standard_header) {
  EXPECT_EQ(standard("for=203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(standard("For=\"[2001:db8::1]:4711\";proto=http;by=10.0.0.1"),
            "2001:db8::1");
  EXPECT_EQ(standard("for=1.1.1.1, proto=https; for=203.0.113.7 ,"
                     "for=10.2.2.2;host=\"a,b;for=9.9.9.9\""),
            "203.0.113.7");
  EXPECT_EQ(standard("for=1.1.1.1, for=unknown"), "10.0.0.1");
  EXPECT_EQ(standard("for=1.1.1.1, for=_x, for=10.2.2.2"), "10.2.2.2");
  EXPECT_EQ(standard("for=1.1.1.1;for=2.2.2.2"), "10.0.0.1");
  EXPECT_EQ(standard("for=1.1.1.1, proto=http"), "10.0.0.1");
  EXPECT_EQ(standard("nonsense"), "10.0.0.1");
}

TEST(forwarded_test, lets_no_client_spoil_what_a_proxy_has_added) {
  EXPECT_EQ(standard("for=\", for=203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(standard("for=\"x\\\", for=203.0.113.7;proto=\"http\""),
            "203.0.113.7");
  EXPECT_EQ(plain("\"1.1.1.1, 203.0.113.7"), "203.0.113.7");
}

TEST(forwarded_test, reads_all_lines_as_one_list) {
  http_request request;
  request.insert("X-Forwarded-For", "1.1.1.1");
  request.insert("X-Forwarded-For", "203.0.113.7");
  request.insert("x-forwarded-for", "10.2.2.2");
  auto of = [&](const char* peer, proxy_options with) {
    return client_address(*parse_ip(peer), request, with).to_string();
  };
  EXPECT_EQ(of("192.0.2.1", {.trusted = proxies}), "192.0.2.1");
  EXPECT_EQ(of("10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(of("10.0.0.1", {.trusted = proxies}), "203.0.113.7");
  EXPECT_EQ(of("192.0.2.1", {.every_peer = true}), "10.2.2.2");
}

TEST(forwarded_test, believes_neither_of_two_headers_that_differ) {
  http_request request;
  request.insert("Forwarded", "for=203.0.113.7");
  auto found = [&] {
    return client_address(*parse_ip("10.0.0.1"), request, {.trusted = proxies})
      .to_string();
  };
  EXPECT_EQ(found(), "203.0.113.7");
  request.insert("X-Forwarded-For", "9.9.9.9");
  EXPECT_EQ(found(), "10.0.0.1");
  request.set("X-Forwarded-For", "203.0.113.7");
  EXPECT_EQ(found(), "203.0.113.7");
}

TEST(forwarded_test, knows_the_host_that_the_last_proxy_was_asked_for) {
  http_request request;
  EXPECT_EQ(forwarded_host(request), "");
  request.insert("X-Forwarded-Host", "evil.example");
  request.insert("X-Forwarded-Host", "chat.example:8443");
  EXPECT_EQ(forwarded_host(request), "chat.example:8443");
}

} // namespace parley::net
