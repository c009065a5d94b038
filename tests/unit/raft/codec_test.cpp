#include "tests/unit/raft/group.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::raft {

namespace {

std::vector<message> one_of_each() {
  append a{{3, 7}, 5, 4, {9, 1234567}, {}};
  a.entries = {make_entry(3, 8, "payload"), make_entry(4, 9, "")};
  a.entries[1].kind = entry_kind::noop;
  return {
    {1, 2, 4, a},
    {2, 1, 4, append_answer{true, 9, 0, {9, -5}}},
    {1, 2, 4, heartbeat{5, 4, 9, {9, 1}}},
    {2, 1, 4, heartbeat_answer{7, 8, 9, {9, 1}}},
    {1, 2, 5, vote_request{true, false, {4, 9}}},
    {2, 1, 5, vote_answer{false, true}},
    {1, 2, 5, timeout_now{}},
  };
}

} // namespace

TEST(codec_test, every_message_comes_back_as_it_was_encoded) {
  for (const auto& m : one_of_each()) {
    auto back = decode(encode(m)).value();
    EXPECT_EQ(back.from, m.from);
    EXPECT_EQ(back.to, m.to);
    EXPECT_EQ(back.term, m.term);
    EXPECT_EQ(back.body.index(), m.body.index());
    EXPECT_EQ(encode(back), encode(m));
  }
  auto back = std::get<append>(decode(encode(one_of_each()[0]))->body);
  EXPECT_EQ(back.entries[0].at, (position{3, 8}));
  EXPECT_EQ(*back.entries[0].data, "payload");
  EXPECT_EQ(back.entries[1].kind, entry_kind::noop);
}

TEST(codec_test, a_heartbeat_is_small) {
  EXPECT_LE(encode(one_of_each()[2]).size(), 16u);
}

TEST(codec_test, fields_of_a_later_version_are_ignored) {
  for (const auto& m : one_of_each())
    EXPECT_EQ(encode(decode(encode(m) + "more").value()), encode(m));
}

TEST(codec_test, cut_messages_are_refused) {
  for (const auto& m : one_of_each()) {
    auto bytes = encode(m);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut)
      EXPECT_FALSE(decode(bytes.substr(0, cut))) << cut;
  }
}

TEST(codec_test, a_count_beyond_the_bytes_reserves_nothing) {
  auto bytes = encode({1, 2, 4, append{}});
  bytes.back() = '\x7f';
  EXPECT_FALSE(decode(bytes));
  bytes.back() = '\xff';
  EXPECT_FALSE(decode(bytes + "\xff\xff\xff\xff\x7f"));
}

TEST(codec_test, any_bytes_are_taken) {
  std::minstd_rand random{7};
  for (int i = 0; i < 20000; ++i) {
    auto bytes = encode(one_of_each()[random() % 7]);
    for (auto flips = random() % 4; flips > 0; --flips)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    if (auto m = decode(bytes)) {
      member receiver{1, make_configuration({1, 2}, {}).value(), 0};
      m->to = 1;
      receiver->step(std::move(*m), 1000);
      receiver.drain();
    }
  }
}

} // namespace parley::cluster::raft
