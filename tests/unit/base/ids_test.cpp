#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>

namespace parley {
namespace {

user_id user(std::string_view name) {
  return user_id{name};
}

TEST(user_id_test, takes_what_the_protocol_allows) {
  for (std::string_view good : {"bob", "0ab", "a_b.c-d", "guest-0123456789ab",
                                "abcdefghijklmnopqrstuvwxyz012345"}) {
    auto id = parse_user_id(good);
    ASSERT_TRUE(id) << good;
    EXPECT_EQ(id->view(), good);
  }
}

TEST(user_id_test, refuses_everything_else) {
  for (std::string_view bad :
       {"", "ab", "Bob", "_ab", ".ab", "-ab", "a b", "a~b", "bo\xc3\xb6",
        "abcdefghijklmnopqrstuvwxyz0123456"})
    EXPECT_FALSE(parse_user_id(bad)) << bad;
  EXPECT_FALSE(parse_user_id(std::string_view{"ab\0c", 4}));
}

TEST(user_id_test, knows_a_guest_by_its_prefix) {
  EXPECT_TRUE(is_guest(user("guest-0123456789ab")));
  EXPECT_FALSE(is_guest(user("guesting")));
  EXPECT_FALSE(is_guest(user("a-guest-")));
}

TEST(user_id_test, is_never_the_id_of_a_conversation) {
  std::string tail = ".7zzzzzzzzzzzzzzzzzzzzzzzzz";
  for (auto kind : {"d", "g", "m"}) {
    ASSERT_TRUE(parse_conversation_id(kind + tail));
    EXPECT_FALSE(parse_user_id(kind + tail));
  }
  auto made = direct_conversation(user("alice"), user("bob"));
  EXPECT_FALSE(parse_user_id(made.view()));
  // Neighbours of such ids are handles like any other.
  EXPECT_TRUE(parse_user_id("d.8zzzzzzzzzzzzzzzzzzzzzzzzz"));
  EXPECT_TRUE(parse_user_id("e" + tail));
  EXPECT_TRUE(parse_user_id("d" + tail + "z"));
}

TEST(conversation_id_test, has_no_kind_where_it_is_damaged) {
  EXPECT_EQ(kind_of(conversation_id{}), std::nullopt);
  EXPECT_EQ(kind_of(conversation_id{"x.0"}), std::nullopt);
}

TEST(conversation_id_test, takes_the_three_kinds) {
  std::string tail = ".7zzzzzzzzzzzzzzzzzzzzzzzzz";
  EXPECT_EQ(kind_of(*parse_conversation_id("d" + tail)),
            conversation_kind::direct);
  EXPECT_EQ(kind_of(*parse_conversation_id("g" + tail)),
            conversation_kind::group);
  EXPECT_EQ(kind_of(*parse_conversation_id("m" + tail)),
            conversation_kind::match);
}

TEST(conversation_id_test, refuses_everything_else) {
  for (std::string_view bad : {
         "",
         "d.",
         "x.00000000000000000000000000",
         "d-00000000000000000000000000",
         "d.0000000000000000000000000",
         "d.000000000000000000000000000",
         // More than 128 bits.
         "d.80000000000000000000000000",
         // Upper case, and the letters that the alphabet leaves out.
         "d.0000000000000000000000000A",
         "d.0000000000000000000000000i",
         "d.0000000000000000000000000l",
         "d.0000000000000000000000000o",
         "d.0000000000000000000000000u",
       })
    EXPECT_FALSE(parse_conversation_id(bad)) << bad;
}

TEST(family_id_test, is_128_bits_of_base32) {
  EXPECT_TRUE(parse_family_id("7zzzzzzzzzzzzzzzzzzzzzzzzz"));
  EXPECT_FALSE(parse_family_id("8zzzzzzzzzzzzzzzzzzzzzzzzz"));
  EXPECT_FALSE(parse_family_id("7zzzz"));
  EXPECT_FALSE(parse_family_id(""));
}

TEST(direct_conversation_test, is_the_same_from_both_sides) {
  EXPECT_EQ(direct_conversation(user("alice"), user("bob")),
            direct_conversation(user("bob"), user("alice")));
}

// Clients and disks have ids made this way: computed apart, with Python's
// hashlib.
TEST(direct_conversation_test, never_changes) {
  EXPECT_EQ(direct_conversation(user("alice"), user("bob")).view(),
            "d.4bpj8f627rsc33wck2dppk1b6g");
}

TEST(direct_conversation_test, differs_where_only_the_border_of_names_does) {
  EXPECT_NE(direct_conversation(user("abc"), user("def")),
            direct_conversation(user("abcd"), user("ef0")));
  EXPECT_NE(direct_conversation(user("aaa"), user("aaaa")),
            direct_conversation(user("aaa"), user("aaa")));
}

TEST(direct_conversation_test, makes_what_can_be_parsed) {
  for (int i = 0; i < 1000; ++i) {
    auto id
      = direct_conversation(user("user" + std::to_string(i)), user("bob"));
    EXPECT_EQ(parse_conversation_id(id.view()), id);
  }
}

TEST(named_group_test, means_one_group_for_one_creator_and_name) {
  auto first = named_group(user("alice"), "team one");
  EXPECT_EQ(first.view(), "g.0atyaxm18558ahfbt5jtqpemwv");
  EXPECT_NE(first, named_group(user("alice"), "team two"));
  EXPECT_NE(first, named_group(user("carol"), "team one"));
}

// The example of the ULID specification, in lower case.
TEST(ulid_test, is_a_ulid) {
  auto id = ulid_conversation(conversation_kind::group, 1469922850259,
                              0xabcd'0000'0000'd676, 0x4c61efb99302bd5b);
  EXPECT_EQ(id.view(), "g.01arz3ndektsv4rrffq69g5fav");
}

TEST(ulid_test, sorts_by_time) {
  auto at = [](timestamp_ms now) {
    return ulid_conversation(conversation_kind::match, now, ~0ull, ~0ull);
  };
  EXPECT_LT(at(1), at(2));
  EXPECT_LT(at(1'700'000'000'000), at(1'700'000'000'001));
  EXPECT_EQ(at(5).view().front(), 'm');
}

TEST(base32_test, writes_128_bits_highest_first) {
  auto text = [](std::uint64_t high, std::uint64_t low) {
    auto digits = base32_128(high, low);
    return std::string{digits.begin(), digits.end()};
  };
  EXPECT_EQ(text(0, 0), "00000000000000000000000000");
  EXPECT_EQ(text(0, 33), "00000000000000000000000011");
  EXPECT_EQ(text(~0ull, ~0ull), "7zzzzzzzzzzzzzzzzzzzzzzzzz");
  EXPECT_EQ(text(1, 0), "0000000000000g000000000000");
}

TEST(ids_test, of_a_match_say_when_two_met) {
  constexpr timestamp_ms met = 1'700'000'000'123;
  EXPECT_EQ(time_of_match(ulid_conversation(conversation_kind::match, met,
                                            ~std::uint64_t{0}, 5)),
            met);
}

TEST(ids_test, of_other_conversations_say_no_time) {
  for (auto id : {direct_conversation(user("alice"), user("bob")),
                  named_group(user("alice"), "x"), conversation_id{},
                  conversation_id{"m."}, conversation_id{"m.zz"}})
    EXPECT_EQ(time_of_match(id), std::nullopt) << id.view();
}

TEST(text_id_test, can_be_a_key) {
  std::unordered_set<user_id> seen{user("bob"), user("bob"), user("carol")};
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_TRUE(user_id{}.empty());
  EXPECT_LT(user("bob"), user("bobby"));
}

} // namespace
} // namespace parley
