#include "net/proxy_header.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::net {

namespace {

const std::string signature{"\r\n\r\n\0\r\nQUIT\n", 12};

std::string header(unsigned verb, unsigned family, const std::string& rest) {
  auto out = signature;
  out += static_cast<char>(verb);
  out += static_cast<char>(family);
  out += static_cast<char>(rest.size() >> 8);
  out += static_cast<char>(rest.size() & 255);
  return out + rest;
}

const std::string ipv4{"\xcb\x00\x71\x07\x0a\x00\x00\x01\x13\x89\x00\x50", 12};

std::string ipv6() {
  std::string out{"\x20\x01\x0d\xb8", 4};
  out.append(11, '\0').append(1, '\1');
  return out.append(20, '\0');
}

std::string read_source(const std::string& bytes) {
  auto read = read_proxy_header(bytes + "GET /");
  if (!read)
    return "malformed";
  if (read->is != proxy_header::state::complete)
    return "incomplete";
  EXPECT_EQ(read->bytes, bytes.size());
  return read->source ? read->source->to_string() : "none";
}

} // namespace

TEST(proxy_header_test, reads_the_address_of_the_client) {
  EXPECT_EQ(read_source(header(0x21, 0x11, ipv4)), "203.0.113.7");
  EXPECT_EQ(read_source(header(0x21, 0x21, ipv6())), "2001:db8::1");
  EXPECT_EQ(read_source(header(0x21, 0x11, ipv4 + std::string(300, 'x'))),
            "203.0.113.7");
}

TEST(proxy_header_test, leaves_the_address_where_there_is_none) {
  EXPECT_EQ(read_source(header(0x20, 0x00, "")), "none");
  EXPECT_EQ(read_source(header(0x20, 0x11, ipv4)), "none");
  EXPECT_EQ(read_source(header(0x20, 0x99, "xyz")), "none");
  EXPECT_EQ(read_source(header(0x21, 0x00, "")), "none");
  EXPECT_EQ(read_source(header(0x21, 0x00, "tlv")), "none");
  EXPECT_EQ(read_source(header(0x21, 0x31, std::string(216, 'u'))), "none");
}

TEST(proxy_header_test, refuses_what_is_no_header) {
  EXPECT_FALSE(read_proxy_header("GET / HTTP/1.1"));
  EXPECT_FALSE(read_proxy_header("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n"));
  EXPECT_EQ(read_source(header(0x11, 0x11, ipv4)), "malformed");
  EXPECT_EQ(read_source(header(0x22, 0x11, ipv4)), "malformed");
  EXPECT_EQ(read_source(header(0x21, 0x12, ipv4)), "malformed");
  EXPECT_EQ(read_source(header(0x21, 0x41, ipv4)), "malformed");
  EXPECT_EQ(read_source(header(0x21, 0x11, ipv4.substr(1))), "malformed");
  EXPECT_EQ(read_source(header(0x21, 0x21, ipv6().substr(1))), "malformed");
  EXPECT_EQ(read_source(header(0x21, 0x31, "short")), "malformed");
  EXPECT_EQ(read_source(header(0x21, 0x11, std::string(5000, 'x'))),
            "malformed");
}

TEST(proxy_header_test, says_how_much_must_come) {
  auto whole = header(0x21, 0x11, ipv4);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto read = read_proxy_header(whole.substr(0, size));
    ASSERT_TRUE(read) << size;
    EXPECT_EQ(read->is, proxy_header::state::incomplete) << size;
    EXPECT_EQ(read->bytes, size < 16 ? 16u : whole.size()) << size;
  }
}

} // namespace parley::net
