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

constexpr std::uint32_t head_bytes_max = 8 * 1024;
constexpr std::uint64_t body_bytes_max = 100;

/// The request that comes in pieces of `step` bytes, or the status that
/// refuses it; 0 where it is not all there.
struct outcome {
  std::optional<http_request> request = std::nullopt;
  unsigned status = 0;
};

outcome read(std::string_view bytes, std::size_t step = 4096) {
  request_parser parser{head_bytes_max, body_bytes_max};
  std::string in;
  while (!bytes.empty() && !parser.done()) {
    in += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (!parser.done() && !parser.fault() && parser.feed(in)) {
    }
    if (parser.fault())
      return {std::nullopt, parser.fault()->status};
  }
  if (!parser.done())
    return {};
  return {parser.release()};
}

unsigned status_of(const std::string& lines,
                   const std::string& start = "POST / HTTP/1.1") {
  return read(start + "\r\n" + lines + "\r\n").status;
}

const std::string chunked
  = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

} // namespace

TEST(request_parser_test, reads_a_chunked_body_in_any_pieces) {
  for (std::size_t step = 1; step < 100; ++step) {
    auto some = read(chunked + "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", step).request;
    ASSERT_TRUE(some) << step;
    EXPECT_EQ(some->body(), "abcd");
    auto none = read(chunked + "0\r\n\r\n", step).request;
    ASSERT_TRUE(none) << step;
    EXPECT_EQ(none->body(), "");
  }
}

TEST(request_parser_test, believes_nothing_that_stands_behind_the_body) {
  for (std::size_t step = 1; step < 200; ++step) {
    auto read_one = read(chunked
                           + "1\r\n\n\r\n0\r\nX-Forwarded-For: 1.2.3.4\r\n"
                             "Origin: https://a.example\r\n\r\n",
                         step)
                      .request;
    ASSERT_TRUE(read_one) << step;
    EXPECT_EQ(read_one->body(), "\n");
    EXPECT_EQ(read_one->count("X-Forwarded-For"), 0u);
    EXPECT_EQ(read_one->count("Origin"), 0u);
    EXPECT_EQ((*read_one)["Host"], "x");
    EXPECT_EQ(read_one->target(), "/");
  }
}

TEST(request_parser_test, wants_the_whole_of_the_last_chunk) {
  for (const auto* body : {"0\r\n", "3\r\nabc\r\n"}) {
    auto some = read(chunked + body, 1);
    EXPECT_FALSE(some.request);
    EXPECT_EQ(some.status, 0u);
  }
}

TEST(request_parser_test, refuses_line_feeds_alone_between_chunks) {
  for (const auto* body : {"3\nabc\r\n0\r\n\r\n", "3\n", "3\r\nabc\n0\r\n\r\n",
                           "0\n\n", "0\r\n\n", "0\r\nA: b\n\n", "3;x\nabc\r\n"})
    for (std::size_t step : {1, 2, 3, 4096})
      EXPECT_EQ(read(chunked + body, step).status, 400u) << body << step;
}

TEST(request_parser_test, bounds_what_stands_between_chunks) {
  std::string endless(head_bytes_max, 'a');
  EXPECT_EQ(read(chunked + "3;" + endless, 100).status, 431u);
  EXPECT_EQ(read(chunked + "0\r\nA: " + endless, 100).status, 431u);
}

TEST(request_parser_test, leaves_what_comes_behind) {
  request_parser parser{head_bytes_max, body_bytes_max};
  auto in = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\naGET /"s;
  while (!parser.done() && parser.feed(in)) {
  }
  EXPECT_FALSE(parser.fault());
  EXPECT_EQ(parser.release().body(), "a");
  EXPECT_EQ(in, "GET /");
}

TEST(request_parser_test, says_what_is_too_large) {
  EXPECT_EQ(status_of("Host: x\r\nContent-Length: 101\r\n"), 413u);
  EXPECT_EQ(status_of("A: " + std::string(head_bytes_max, 'a') + "\r\n"), 431u);
  std::string lines = "Host: x\r\n";
  for (int i = 0; i < 300; ++i)
    lines += "A: b\r\n";
  EXPECT_EQ(status_of(lines), 431u);
}

TEST(request_parser_test, wants_the_length_said_in_one_way) {
  for (const auto* coding :
       {"xchunked", "identity", "chunked, identity", "\"chunked\"", "gzip",
        "chunked, gzip", "chunked;q=1", "", " ,", "chunked\r\n\tx"})
    EXPECT_EQ(status_of("Host: x\r\nTransfer-Encoding: "s + coding + "\r\n"),
              400u)
      << coding;
  for (const auto* coding :
       {"gzip, chunked", "chunked, chunked", "identity,chunked",
        "gzip\r\nTransfer-Encoding: chunked"}) {
    auto status
      = status_of("Host: x\r\nTransfer-Encoding: "s + coding + "\r\n");
    EXPECT_TRUE(status == 400 || status == 501) << coding << status;
  }
  for (const auto* coding : {"chunked", "identity", "gzip"})
    for (auto order : {true, false}) {
      auto length = "Content-Length: 1\r\n"s;
      auto encoding = "Transfer-Encoding: "s + coding + "\r\n";
      EXPECT_EQ(status_of("Host: x\r\n"
                          + (order ? length + encoding : encoding + length)),
                400u)
        << coding;
    }
  EXPECT_EQ(status_of("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0"),
            400u);
  EXPECT_TRUE(read("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                   "Chunked \r\n\r\n0\r\n\r\n")
                .request);
}

TEST(request_parser_test, wants_one_host) {
  EXPECT_EQ(status_of(""), 400u);
  EXPECT_EQ(status_of("Host: a\r\nHost: a\r\n"), 400u);
  EXPECT_EQ(status_of("Host: a\r\nHost: b\r\n", "GET / HTTP/1.0"), 400u);
  for (const auto* host : {"a b", "a, b", "u@a", "a/b", "a:b", "http://a"})
    EXPECT_EQ(status_of("Host: "s + host + "\r\n"), 400u) << host;
  for (const auto* host : {"a", "a:1", "[::1]:80", "127.0.0.1", ""})
    EXPECT_TRUE(read("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n").request)
      << host;
  EXPECT_TRUE(read("GET / HTTP/1.0\r\n\r\n").request);
}

TEST(request_parser_test, wants_one_value_of_what_is_no_list) {
  for (const auto* name : {"Origin", "Authorization", "Sec-WebSocket-Key",
                           "Sec-WebSocket-Version", "Content-Type"})
    EXPECT_EQ(status_of("Host: x\r\n"s + name + ": a\r\n" + name + ": a\r\n"),
              400u)
      << name;
}

TEST(request_parser_test, meets_one_expectation) {
  EXPECT_EQ(status_of("Host: x\r\nExpect: something\r\n"), 417u);
  EXPECT_EQ(status_of("Host: x\r\nExpect: 100-continue, x\r\n"), 417u);
  EXPECT_EQ(status_of("Host: x\r\nExpect: 100-Continue\r\n"), 0u);
}

TEST(request_parser_test, takes_targets_in_absolute_form) {
  auto target_of = [](const std::string& target, const char* verb = "GET ") {
    auto one = read(verb + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    if (!one.request)
      return std::to_string(one.status);
    return std::string{(*one.request)["Host"]} + " "
           + std::string{one.request->target()};
  };
  EXPECT_EQ(target_of("http://a.example:81/b?c=%2F"), "a.example:81 /b?c=%2F");
  EXPECT_EQ(target_of("HTTPS://a"), "a /");
  EXPECT_EQ(target_of("ws://[::1]:8/v1/ws?x"), "[::1]:8 /v1/ws?x");
  EXPECT_EQ(target_of("http://a?b"), "a /?b");
  EXPECT_EQ(target_of("/b"), "x /b");
  EXPECT_EQ(target_of("*", "OPTIONS "), "x *");
  EXPECT_EQ(target_of("http://a", "OPTIONS "), "a *");
  for (const auto* target :
       {"ftp://a/", "http:///b", "http://u@a/", "a:80", "b", "*", "http:b"})
    EXPECT_EQ(target_of(target), "400") << target;
}

TEST(request_parser_test, goes_on_where_both_want_it) {
  auto goes_on = [](const char* lines, const char* version = "1.1") {
    auto one
      = read("GET / HTTP/"s + version + "\r\nHost: x\r\n" + lines + "\r\n");
    return keeps_alive(*one.request);
  };
  EXPECT_TRUE(goes_on(""));
  EXPECT_FALSE(goes_on("Connection: x\r\nConnection: Close\r\n"));
  EXPECT_FALSE(goes_on("Connection: keep-alive, close\r\n"));
  EXPECT_FALSE(goes_on("", "1.0"));
  EXPECT_TRUE(goes_on("Connection: x\r\nConnection: Keep-Alive\r\n", "1.0"));
}

TEST(request_parser_test, finds_an_origin_in_a_head_that_is_cut_off) {
  http_request parsed;
  parsed.set("Host", "x");
  EXPECT_EQ(lone_value(parsed, "A: b\r\norigin:  c \r\nD", "Origin"), "c");
  EXPECT_EQ(lone_value(parsed, "Origin: c\r\nOrigin: d\r\n", "Origin"), "");
  EXPECT_EQ(lone_value(parsed, "Origin: c", "Origin"), "");
  EXPECT_EQ(lone_value(parsed, "\r\nOrigin: c\r\n", "Origin"), "");
  EXPECT_EQ(lone_value(parsed, "Host: y\r\n", "Host"), "");
  EXPECT_EQ(lone_value(parsed, "", "Host"), "x");
}

} // namespace parley::net
