#include "net/frame_reader.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace parley::net {

namespace {

using kind = frame_event::kind;

struct client_frame {
  unsigned first = 0x81;
  std::string payload = {};
  bool masked = true;

  std::string bytes() const {
    constexpr std::array<unsigned, 4> mask{0x11, 0xa2, 0x33, 0xf4};
    std::string out;
    auto add = [&](std::size_t x) { out += static_cast<char>(x & 0xff); };
    auto size = payload.size();
    auto bit = masked ? 0x80U : 0U;
    add(first);
    if (size < 126) {
      add(bit | size);
    } else if (size < 0x10000) {
      add(bit | 126);
      add(size >> 8);
      add(size);
    } else {
      add(bit | 127);
      for (int shift = 56; shift >= 0; shift -= 8)
        add(size >> shift);
    }
    for (std::size_t i = 0; masked && i < 4; ++i)
      add(mask[i]);
    for (std::size_t i = 0; i < size; ++i)
      add(static_cast<unsigned char>(payload[i]) ^ (masked ? mask[i % 4] : 0));
    return out;
  }
};

struct seen {
  kind what;
  std::string payload;
  unsigned code;

  friend bool operator==(const seen&, const seen&) = default;
};

// Feeds `bytes` in pieces of `step`.
std::vector<seen> read(std::string bytes, std::size_t step = 100000) {
  frame_reader reader{1000};
  std::vector<seen> out;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    auto count = std::min(step, bytes.size() - at);
    std::string piece = bytes.substr(at, count);
    std::span<char> input{piece};
    for (;;) {
      auto found = reader.next(input);
      if (found.what == kind::need_more)
        break;
      out.push_back({found.what, std::string{found.payload}, found.code});
    }
    EXPECT_TRUE(input.empty());
  }
  return out;
}

unsigned violation(const std::string& bytes) {
  auto out = read(bytes);
  if (out.size() != 1 || out[0].what != kind::violation)
    return 0;
  return out[0].code;
}

} // namespace

TEST(frame_reader_test, reads_messages_whatever_pieces_they_come_in) {
  std::string bytes;
  std::vector<seen> wanted;
  for (std::size_t size : {0, 1, 7, 125, 126, 300, 1000}) {
    std::string text(size, 'a');
    bytes += client_frame{0x81, text}.bytes();
    wanted.push_back({kind::text, text, 0});
  }
  for (std::size_t step : {1, 2, 3, 5, 8, 64, 100000})
    EXPECT_EQ(read(bytes, step), wanted) << step;
}

TEST(frame_reader_test, joins_fragments_with_control_frames_between_them) {
  auto bytes
    = client_frame{0x01, "he"}.bytes() + client_frame{0x89, "ping"}.bytes()
      + client_frame{0x00, ""}.bytes() + client_frame{0x8a, "pong"}.bytes()
      + client_frame{0x80, "llo"}.bytes() + client_frame{0x81, "x"}.bytes();
  std::vector<seen> wanted{{kind::ping, "ping", 0},
                           {kind::pong, "pong", 0},
                           {kind::text, "hello", 0},
                           {kind::text, "x", 0}};
  for (std::size_t step : {1, 3, 100000})
    EXPECT_EQ(read(bytes, step), wanted) << step;
}

TEST(frame_reader_test, refuses_what_breaks_the_protocol) {
  EXPECT_EQ(violation(client_frame{0x81, "x", false}.bytes()), 1002U);
  EXPECT_EQ(violation(client_frame{0xc1, "x"}.bytes()), 1002U);
  EXPECT_EQ(violation(client_frame{0x83, "x"}.bytes()), 1002U);
  EXPECT_EQ(violation(client_frame{0x8b, "x"}.bytes()), 1002U);
  EXPECT_EQ(violation(client_frame{0x80, "x"}.bytes()), 1002U);
  EXPECT_EQ(violation(client_frame{0x09, "x"}.bytes()), 1002U);
  EXPECT_EQ(violation(client_frame{0x89, std::string(126, 'x')}.bytes()),
            1002U);
  EXPECT_EQ(violation(client_frame{0x01, "x"}.bytes()
                      + client_frame{0x81, "x"}.bytes()),
            1002U);
  // Lengths that would have fitted a shorter form.
  EXPECT_EQ(violation({'\x81', '\xfe', 0, 5, 0, 0, 0, 0}), 1002U);
  EXPECT_EQ(violation({'\x81', '\xff', 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0}),
            1002U);
  EXPECT_EQ(
    violation({'\x81', '\xff', '\x80', 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}),
    1002U);
}

TEST(frame_reader_test, refuses_binary_frames_at_their_first_bytes) {
  EXPECT_EQ(violation({'\x82', '\xfe'}), 1003U);
}

TEST(frame_reader_test, refuses_messages_over_the_bound_by_their_headers) {
  auto whole = client_frame{0x81, std::string(1001, 'x')}.bytes();
  EXPECT_EQ(violation(whole.substr(0, 8)), 1009U);
  auto split = client_frame{0x01, std::string(600, 'x')}.bytes()
               + client_frame{0x80, std::string(401, 'x')}.bytes();
  EXPECT_EQ(violation(split), 1009U);
}

TEST(frame_reader_test, refuses_bad_utf8_before_the_message_is_complete) {
  auto frame = client_frame{0x01, "ab\xff"}.bytes();
  EXPECT_EQ(violation(frame), 1007U);
  EXPECT_EQ(violation(client_frame{0x81, "\xe2\x82"}.bytes()), 1007U);
  auto split = client_frame{0x01, "\xe2"}.bytes()
               + client_frame{0x80, "\x82\xac"}.bytes();
  EXPECT_EQ(read(split).at(0).payload, "\xe2\x82\xac");
}

TEST(frame_reader_test, reads_close_frames_and_checks_them) {
  using namespace std::string_literals;
  EXPECT_EQ(read(client_frame{0x88, ""}.bytes()),
            (std::vector<seen>{{kind::close, "", 1005}}));
  EXPECT_EQ(read(client_frame{0x88, "\x03\xe8 bye"s}.bytes()),
            (std::vector<seen>{{kind::close, " bye", 1000}}));
  EXPECT_EQ(read(client_frame{0x88, "\x0f\xa0"s}.bytes()).at(0).code, 4000U);
  EXPECT_EQ(violation(client_frame{0x88, "\x03"s}.bytes()), 1002U);
  EXPECT_EQ(violation(client_frame{0x88, "\x03\xed"s}.bytes()), 1002U);
  EXPECT_EQ(violation(client_frame{0x88, "\x03\xe8\xff"s}.bytes()), 1007U);
}

TEST(frame_reader_test, tells_nothing_more_once_the_protocol_was_broken) {
  auto bytes = client_frame{0x83, "x"}.bytes() + client_frame{}.bytes();
  EXPECT_EQ(read(bytes).size(), 1U);
}

} // namespace parley::net
