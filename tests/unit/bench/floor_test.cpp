#include "bench/floor/member.hpp"
#include "bench/load/ws_frame.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::bench {
namespace {

class floor_test : public testing::TestWithParam<std::size_t> {};

TEST_P(floor_test, reads_what_the_load_generator_writes) {
  std::string text(GetParam(), 'x');
  std::string bytes;
  append_frame(bytes, opcode::text, text, 0x01020304);
  auto broken = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto cut = std::string_view{bytes}.substr(0, i);
    ASSERT_FALSE(take_client_frame(cut, broken)) << i;
    ASSERT_FALSE(broken);
  }
  bytes += "rest";
  std::string_view input{bytes};
  auto got = take_client_frame(input, broken);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->payload, text);
  EXPECT_EQ(got->opcode, 1u);
  EXPECT_EQ(input, "rest");
}

TEST_P(floor_test, writes_what_the_load_generator_reads) {
  std::string text(GetParam(), 'x');
  auto bytes = server_text(text);
  std::string_view input{bytes};
  server_frame got;
  ASSERT_EQ(take_frame(input, got), frame_state::whole);
  EXPECT_EQ(got.payload, text);
  EXPECT_TRUE(input.empty());
}

INSTANTIATE_TEST_SUITE_P(sizes, floor_test,
                         testing::Values(0, 1, 125, 126, 8192));

TEST(floor_frame_test, refuses_what_no_client_of_it_sends) {
  auto broken = false;
  for (std::string_view frame : {"\x81\x01x", "\x01\x81mask", "\x81\xffxxxx"}) {
    EXPECT_FALSE(take_client_frame(frame, broken));
    EXPECT_TRUE(broken);
  }
}

} // namespace
} // namespace parley::bench
