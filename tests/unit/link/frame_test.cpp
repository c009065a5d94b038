#include "cluster/link/frame.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::link {
namespace {

std::string framed(channel_id channel, std::string_view payload) {
  std::string out;
  append_header(out, channel, payload.size());
  return out.append(payload);
}

TEST(frame_test, is_found_again_with_those_after_it) {
  auto bytes = framed(16, "one") + framed(17, "") + framed(255, "three");
  std::string_view rest = bytes;
  std::vector<frame> found;
  ASSERT_TRUE(split_frames(rest, found));
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(found, (std::vector<frame>{{16, "one"}, {17, ""}, {255, "three"}}));
}

TEST(frame_test, is_left_where_it_is_until_all_of_it_is_there) {
  auto bytes = framed(16, "payload");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    auto rest = std::string_view{bytes}.substr(0, size);
    std::vector<frame> found;
    EXPECT_TRUE(split_frames(rest, found));
    EXPECT_TRUE(found.empty());
    EXPECT_EQ(rest.size(), size);
    EXPECT_EQ(whole_size(rest), size < 5 ? 0 : bytes.size());
  }
}

TEST(frame_test, is_refused_by_its_header_when_too_long) {
  std::string bytes;
  append_header(bytes, 16, 101);
  std::string_view rest = bytes;
  std::vector<frame> found;
  EXPECT_FALSE(split_frames(rest, found, 100));
  rest = bytes;
  EXPECT_TRUE(split_frames(rest, found, 101));
}

} // namespace
} // namespace parley::cluster::link
