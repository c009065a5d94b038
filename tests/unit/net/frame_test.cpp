#include "net/frame.hpp"

#include <gtest/gtest.h>

namespace parley::net {

using namespace std::string_literals;

TEST(frame_test, writes_the_shortest_header) {
  EXPECT_EQ(*text_frame("hi"), "\x81\x02hi"s);
  EXPECT_EQ(text_frame(std::string(125, 'x'))->substr(0, 2), "\x81\x7d"s);
  EXPECT_EQ(text_frame(std::string(126, 'x'))->substr(0, 4),
            "\x81\x7e\x00\x7e"s);
  EXPECT_EQ(text_frame(std::string(0xffff, 'x'))->substr(0, 4),
            "\x81\x7e\xff\xff"s);
  auto large = text_frame(std::string(0x10000, 'x'));
  EXPECT_EQ(large->substr(0, 10), "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
  EXPECT_EQ(large->size(), 0x1000aU);
}

TEST(frame_test, writes_control_frames) {
  EXPECT_EQ(*control_frame(opcode::ping, ""), "\x89\x00"s);
  EXPECT_EQ(*control_frame(opcode::pong, "ab"), "\x8a\x02\x61\x62"s);
  EXPECT_EQ(*close_frame(4000, "go"), "\x88\x04\x0f\xa0go"s);
}

TEST(frame_test, cuts_reasons_to_what_fits_a_control_frame) {
  EXPECT_EQ(close_frame(4000, std::string(500, 'x'))->size(), 127U);
}

} // namespace parley::net
