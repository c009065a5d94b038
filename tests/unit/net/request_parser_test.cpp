#include "net/request_parser.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

using namespace std::string_literals;

namespace {

namespace http = boost::beast::http;

/// The request that comes in pieces of `step` bytes, if it is one.
std::optional<http_request> read(std::string_view bytes, std::size_t step) {
  request_parser parser{100};
  std::string in;
  boost::beast::error_code why;
  while (!bytes.empty() && !parser.done()) {
    in += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (!parser.done() && parser.feed(in, why)) {
    }
    if (why)
      return std::nullopt;
  }
  if (!parser.done())
    return std::nullopt;
  return parser.release();
}

const std::string chunked
  = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

} // namespace

TEST(request_parser_test, reads_a_chunked_body_in_any_pieces) {
  for (std::size_t step = 1; step < 100; ++step) {
    auto some = read(chunked + "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", step);
    ASSERT_TRUE(some) << step;
    EXPECT_EQ(some->body(), "abcd");
    auto none = read(chunked + "0\r\n\r\n", step);
    ASSERT_TRUE(none) << step;
    EXPECT_EQ(none->body(), "");
    auto trailer = read(chunked + "0\r\nA: b\r\n\r\n", step);
    ASSERT_TRUE(trailer) << step;
  }
}

TEST(request_parser_test, wants_the_whole_of_the_last_chunk) {
  EXPECT_FALSE(read(chunked + "0\r\n", 1));
  EXPECT_FALSE(read(chunked + "3\r\nabc\r\n", 1));
}

TEST(request_parser_test, leaves_what_comes_behind) {
  request_parser parser{100};
  boost::beast::error_code why;
  auto in = "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\naGET /"s;
  while (!parser.done() && parser.feed(in, why)) {
  }
  EXPECT_FALSE(why);
  EXPECT_EQ(parser.release().body(), "a");
  EXPECT_EQ(in, "GET /");
}

TEST(request_parser_test, says_what_is_too_large) {
  request_parser parser{100};
  boost::beast::error_code why;
  auto in = "POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n"s;
  parser.feed(in, why);
  EXPECT_EQ(why, http::error::body_limit);
  request_parser other{100};
  in = "GET / HTTP/1.1\r\nA: "
       + std::string(request_parser::head_bytes_max, 'a');
  other.feed(in, why);
  EXPECT_EQ(why, http::error::header_limit);
}

} // namespace parley::net
