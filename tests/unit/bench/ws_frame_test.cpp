#include "bench/load/ws_frame.hpp"
#include "net/frame.hpp"
#include "net/frame_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::bench {
namespace {

// Around the sizes where the length is written otherwise.
constexpr std::size_t sizes[]
  = {0, 1, 7, 8, 9, 125, 126, 127, 65535, 65536, 70000};

std::string some(std::size_t size) {
  std::string out;
  while (out.size() < size)
    out += static_cast<char>('a' + out.size() % 26);
  return out;
}

TEST(ws_frame_test, writes_what_a_server_reads) {
  for (auto size : sizes) {
    std::string bytes;
    append_frame(bytes, opcode::text, some(size), 0xdeadbeef);
    net::frame_reader server{100'000};
    std::span<char> input{bytes};
    auto got = server.next(input);
    EXPECT_EQ(got.what, net::frame_event::kind::text) << size;
    EXPECT_EQ(got.payload, some(size));
    EXPECT_TRUE(input.empty());
  }
}

TEST(ws_frame_test, masks_what_it_writes) {
  std::string bytes;
  append_frame(bytes, opcode::text, "secret", 0x01020304);
  EXPECT_EQ(bytes.find("secret"), std::string::npos);
  EXPECT_NE(bytes[1] & 0x80, 0);
}

TEST(ws_frame_test, reads_what_a_server_writes) {
  for (auto size : sizes) {
    auto bytes = *net::text_frame(some(size)) + "rest";
    std::string_view input{bytes};
    server_frame got;
    ASSERT_EQ(take_frame(input, got), frame_state::whole) << size;
    EXPECT_EQ(got.what, opcode::text);
    EXPECT_EQ(got.payload, some(size));
    EXPECT_TRUE(got.last);
    EXPECT_EQ(input, "rest");
  }
}

TEST(ws_frame_test, waits_for_all_of_a_frame) {
  for (auto size : {std::size_t{5}, std::size_t{300}, std::size_t{66000}}) {
    auto bytes = *net::text_frame(some(size));
    for (std::size_t part = 0; part < bytes.size(); part += 1 + part / 4) {
      auto input = std::string_view{bytes}.substr(0, part);
      server_frame got;
      ASSERT_EQ(take_frame(input, got), frame_state::need_more) << part;
      ASSERT_EQ(input.size(), part);
    }
  }
}

TEST(ws_frame_test, refuses_what_no_server_may_send) {
  server_frame got;
  std::string masked;
  append_frame(masked, opcode::text, "x", 1);
  std::string_view input{masked};
  EXPECT_EQ(take_frame(input, got), frame_state::broken);
  input = "\xf1\x01x";
  EXPECT_EQ(take_frame(input, got), frame_state::broken);
  std::string huge{"\x81\x7f\x7f\0\0\0\0\0\0\0", 10};
  input = huge;
  EXPECT_EQ(take_frame(input, got), frame_state::broken);
}

} // namespace
} // namespace parley::bench
