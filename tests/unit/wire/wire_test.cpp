#include "actors/type_ids.hpp"
#include "actors/wire/codec.hpp"
#include "actors/wire/wire.hpp"
#include "tests/support/encoding_gateway.hpp"
#include "tests/unit/wire/fixtures.hpp"
#include "tests/unit/wire/samples.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace parley::actors::wire {
namespace {

/// What the bytes mean, encoded again; empty where they mean nothing.
std::string again(std::string_view bytes) {
  if (auto got = decode(bytes, received_us)) {
    if (auto* one = std::get_if<routed>(&*got))
      return encode(one->to, one->what).value_or("");
    return {};
  }
  test::encoding_gateway local;
  if (!decode_into(bytes, local) || local.said.size() != 1)
    return {};
  return local.said.front();
}

/// The newest example of each.
std::map<std::string, std::string> newest_fixtures() {
  auto all = read_fixtures("v4.txt");
  all.merge(read_fixtures("v3.txt"));
  all.merge(read_fixtures("v2.txt"));
  all.merge(read_fixtures("v1.txt"));
  return all;
}

TEST(wire_test, writes_what_the_fixtures_say) {
  auto fixtures = newest_fixtures();
  for (auto& s : samples()) {
    EXPECT_EQ(hex_of(fixtures[s.name]), hex_of(s.bytes))
      << "FIXTURE " << s.name << ' ' << hex_of(s.bytes);
    fixtures.erase(s.name);
  }
  EXPECT_TRUE(fixtures.empty()) << fixtures.begin()->first << " has no sample";
}

TEST(wire_test, reads_what_the_fixtures_say) {
  for (auto& [name, bytes] : newest_fixtures())
    EXPECT_EQ(hex_of(again(bytes)), hex_of(bytes)) << name;
}

// What is written again has the fields that were appended, so it is longer.
TEST(wire_test, reads_what_older_nodes_write) {
  for (const auto* older : {"v1.txt", "v2.txt", "v3.txt"})
    for (auto& [name, bytes] : read_fixtures(older))
      EXPECT_GE(again(bytes).size(), bytes.size()) << name;
}

TEST(wire_test, has_a_sample_of_every_alternative_in_its_place) {
  auto all_of = [](const auto& samples, std::size_t alternatives) {
    ASSERT_EQ(samples.size(), alternatives);
    for (std::size_t i = 0; i < alternatives; ++i)
      EXPECT_EQ(samples[i].index(), i);
  };
  all_of(conversation_commands(), std::variant_size_v<conversation_command>);
  all_of(user_commands(), std::variant_size_v<user_command>);
  all_of(directory_commands(), std::variant_size_v<directory_command>);
  all_of(queue_commands(), std::variant_size_v<queue_command>);
  all_of(moderation_commands(), std::variant_size_v<moderation_command>);
  all_of(replies(), std::variant_size_v<reply>);
  all_of(events(), std::variant_size_v<conversation_event>);
}

TEST(wire_test, carries_a_request_with_who_asks_and_who_waits) {
  conversation_request asked{caller{user_id{"alice"}, 9, false},
                             call_address{2, 1, 1'000}, 5,
                             edit_message{3, "x"}};
  auto to = cluster::key_of(conversation_id{"d.2"});
  auto bytes = encode(to, caf::make_message(asked));
  ASSERT_TRUE(bytes);
  auto got = decode(*bytes, received_us);
  ASSERT_TRUE(got);
  auto& one = std::get<routed>(*got);
  EXPECT_EQ(one.to, to);
  ASSERT_TRUE(one.what.match_elements<conversation_request>());
  auto& read = one.what.get_as<conversation_request>(0);
  EXPECT_EQ(read.from.user, asked.from.user);
  EXPECT_EQ(std::get<call_address>(read.reply_to).call, 1'000u);
  EXPECT_EQ(std::get<edit_message>(read.body).text, "x");
  EXPECT_EQ(read.sent_us, received_us);
}

TEST(wire_test, has_no_bytes_for_what_never_leaves_a_node) {
  auto to = cluster::key_of(user_id{"alice"});
  EXPECT_FALSE(encode(to, caf::make_message(cluster::committed{})));
  EXPECT_FALSE(encode(to, caf::make_message(cluster::passivate{})));
  EXPECT_FALSE(encode(to, caf::make_message(tick{})));
  EXPECT_FALSE(encode(to, caf::message{}));
}

TEST(wire_test, keeps_texts_of_any_size) {
  for (std::size_t size : {0u, 100u, 127u, 128u, 8'192u, 16'384u, 3'000'000u}) {
    auto what = publication_of(events()[0]);
    std::get<message>(what.what).content.text = std::string(size, 't');
    auto bytes = encode(what);
    EXPECT_EQ(again(bytes), bytes) << size;
  }
}

TEST(wire_test, takes_any_bytes_and_means_the_same_by_them_twice) {
  for (auto& s : samples())
    for (std::size_t i = 0; i < s.bytes.size(); ++i) {
      again(std::string_view{s.bytes}.substr(0, i));
      for (auto flip : {0x01, 0x40, 0x80, 0xFF}) {
        auto bytes = s.bytes;
        bytes[i] = static_cast<char>(bytes[i] ^ flip);
        auto once = again(bytes);
        EXPECT_TRUE(once.empty() || again(once) == once)
          << s.name << " at " << i;
      }
    }
}

TEST(wire_test, takes_no_memory_that_the_bytes_do_not_justify) {
  // So many empty structs are a few bytes each, but not in memory.
  writer pages{kind::answer};
  pages(call_address{});
  pages.sized([&] {
    pages(true);
    pages(number_of<history_page>);
    pages.sized([&] {
      constexpr std::uint64_t claimed = 1'000'000;
      pages(claimed);
      for (std::uint64_t i = 0; i < claimed; ++i)
        pages.sized([] {});
    });
  });
  test::encoding_gateway local;
  ASSERT_TRUE(decode_into(pages.take(), local));
  EXPECT_EQ(
    local.said.front(),
    encode(call_address{},
           error{errc::unavailable, "this node does not know the answer yet"}));
}

TEST(wire_test, believes_no_count_that_the_bytes_can_not_hold) {
  writer out{kind::presence_change};
  out(presence_view{});
  out(std::uint64_t{1} << 60);
  test::encoding_gateway local;
  EXPECT_EQ(decode_into(out.take(), local).error().code, errc::corrupt);
  EXPECT_TRUE(local.said.empty());
}

} // namespace
} // namespace parley::actors::wire
