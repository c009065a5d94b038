#include "net/upgrade.hpp"

#include <gtest/gtest.h>

namespace parley::net {

namespace {

namespace http = boost::beast::http;

http_request handshake(const char* target = "/v1/ws") {
  http_request out{http::verb::get, target, 11};
  out.set("Host", "localhost");
  out.set("Connection", "keep-alive, Upgrade");
  out.set("Upgrade", "websocket");
  out.set("Sec-WebSocket-Version", "13");
  out.set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  return out;
}

} // namespace

TEST(upgrade_test, answers_the_example_of_the_rfc) {
  EXPECT_NE(upgrade_response("dGhlIHNhbXBsZSBub25jZQ==")
              .find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
            std::string::npos);
}

TEST(upgrade_test, finds_the_token_in_header_or_query) {
  auto request = handshake("/v1/ws?token=a.b%2Ec&device_id=phone");
  ASSERT_TRUE(wants_upgrade(request));
  auto asked = read_upgrade(request);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->token, "a.b.c");
  EXPECT_EQ(asked->device_id, "phone");
  request.set("Authorization", "bearer header-token");
  EXPECT_EQ(read_upgrade(request)->token, "header-token");
  EXPECT_EQ(read_upgrade(handshake())->token, "");
}

TEST(upgrade_test, refuses_unsound_handshakes) {
  auto request = handshake();
  request.set("Sec-WebSocket-Key", "short");
  EXPECT_FALSE(read_upgrade(request));
  request.set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQAA");
  EXPECT_FALSE(read_upgrade(request));
  request = handshake();
  request.method(http::verb::post);
  EXPECT_FALSE(read_upgrade(request));
  request = handshake();
  request.version(10);
  EXPECT_FALSE(read_upgrade(request));
  request = handshake();
  request.set("Upgrade", "h2c");
  EXPECT_FALSE(wants_upgrade(request));
  request = handshake();
  request.set("Sec-WebSocket-Version", "8");
  EXPECT_FALSE(upgrade_version_known(request));
}

} // namespace parley::net
