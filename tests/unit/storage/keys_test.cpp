#include "storage/keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::storage {
namespace {

const conversation_id room{"g.01ARZ3NDEKTSV4RRFFQ69G5FAV"};
const user_id alice{"alice"};
const user_id al{"al-"};

bool contains(const key_range& range, std::string_view key) {
  return key >= range.from && (range.to.empty() || key < range.to);
}

using namespace std::literals;

TEST(keys_test, start_with_the_shard) {
  EXPECT_EQ(conversation_keys(0x0102, room).head(),
            "\1\2c" + room.str() + "\0h"s);
  EXPECT_EQ(user_keys(0x0102, alice).profile(), "\1\2ualice\0p"sv);
  EXPECT_EQ(meta_key("signing_key", "k1"), "\xFF\xFFnsigning_key\0k1"sv);
}

TEST(keys_test, of_a_log_are_apart_from_what_is_replicated) {
  log_keys log{0x0102};
  EXPECT_EQ(log.vote(), "\1\2\0v"s);
  EXPECT_EQ(log.position(), "\1\2\0p"s);
  EXPECT_EQ(log.entry(258), "\1\2\0l\0\0\0\0\0\0\1\2"s);
  EXPECT_EQ(seq_of(log.entry(258)), 258u);
  EXPECT_TRUE(contains(log.entries(), log.entry(0)));
  EXPECT_TRUE(contains(log.entries(), log.entry(~0ull)));
  EXPECT_FALSE(contains(log.entries(2), log.entry(1)));
  EXPECT_TRUE(contains(log.entries(2, 4), log.entry(3)));
  EXPECT_FALSE(contains(log.entries(2, 4), log.entry(4)));
  for (const auto& key : {log.vote(), log.position(), log.entry(~0ull)}) {
    EXPECT_TRUE(contains(shard_range(0x0102), key));
    EXPECT_FALSE(contains(log.state(), key));
    EXPECT_FALSE(contains(outbox_range(0x0102), key));
  }
  EXPECT_FALSE(contains(log.entries(), log.vote()));
  EXPECT_FALSE(contains(log.entries(), log.position()));
  for (const auto& key :
       {conversation_keys(0x0102, room).head(),
        user_keys(0x0102, alice).profile(), user_keys(0x0102, al).outbox(1),
        directory_keys(0x0102, "a").entry("alice")})
    EXPECT_TRUE(contains(log.state(), key));
  EXPECT_FALSE(contains(log.state(), log_keys{0x0103}.vote()));
  EXPECT_FALSE(contains(log.state(), user_keys(0x0101, alice).profile()));
}

TEST(keys_test, know_the_series_that_they_grow) {
  conversation_keys keys{7, room};
  EXPECT_EQ(series_of(keys.message(0)), keys.messages().from);
  EXPECT_EQ(series_of(keys.message(~0ull)), keys.messages().from);
  EXPECT_EQ(series_of(keys.dedup(alice, client_id{"1"})),
            series_of(keys.dedup(al, client_id{"xmxxxxxxxx"})));
  EXPECT_EQ(series_of(keys.dedup(alice, client_id{"1"})),
            "\0\7c"s + room.str() + "\0k"s);
  log_keys log{7};
  for (const auto& key :
       {keys.head(), keys.event(1), keys.member(alice), keys.outbox(1),
        keys.reaction(1, alice, "x"), log.vote(), log.entry(1),
        user_keys(7, alice).profile(), ""s})
    EXPECT_EQ(series_of(key), "");
}

TEST(keys_test, are_in_the_order_of_their_numbers) {
  conversation_keys keys{7, room};
  std::vector<std::string> in_order;
  for (auto at : {0ull, 1ull, 255ull, 256ull, 65'535ull, 1ull << 32, ~0ull})
    in_order.push_back(keys.message(at));
  EXPECT_TRUE(std::is_sorted(in_order.begin(), in_order.end()));
  EXPECT_TRUE(contains(keys.messages(), keys.message(0)));
  EXPECT_TRUE(contains(keys.messages(), keys.message(~0ull)));
}

TEST(keys_test, of_one_kind_are_one_range) {
  conversation_keys keys{7, room};
  EXPECT_TRUE(contains(keys.events(), keys.event(3)));
  EXPECT_FALSE(contains(keys.events(), keys.message(3)));
  EXPECT_TRUE(contains(keys.members(), keys.member(alice)));
  EXPECT_TRUE(contains(keys.reactions(3), keys.reaction(3, alice, "+1")));
  EXPECT_FALSE(contains(keys.reactions(3), keys.reaction(4, alice, "+1")));
  EXPECT_TRUE(contains(keys.outbox(), keys.outbox(1)));
  user_keys user{7, alice};
  EXPECT_TRUE(contains(user.memberships(), user.membership(room)));
  EXPECT_TRUE(contains(user.relations(), user.relation(al)));
  EXPECT_TRUE(contains(user.families(), user.family(family_id{"f"})));
  EXPECT_TRUE(contains(user.outbox(), user.outbox(~0ull)));
}

TEST(keys_test, of_a_name_that_starts_another_stay_apart) {
  user_keys shorter{7, user_id{"ali"}};
  user_keys longer{7, alice};
  EXPECT_FALSE(contains(shorter.families(), longer.family(family_id{"f"})));
  EXPECT_FALSE(contains(shorter.outbox(), longer.outbox(1)));
  directory_keys a{7, "a"};
  EXPECT_FALSE(contains(a.entries(""), directory_keys(7, "al").entry("alice")));
  EXPECT_TRUE(contains(a.entries("al"), a.entry("alice")));
  EXPECT_FALSE(contains(a.entries("al"), a.entry("anna")));
}

TEST(keys_test, of_a_shard_are_one_range) {
  auto range = shard_range(0x00FF);
  EXPECT_TRUE(contains(range, user_keys(0x00FF, alice).profile()));
  EXPECT_FALSE(contains(range, user_keys(0x0100, alice).profile()));
  EXPECT_FALSE(contains(range, user_keys(0x00FE, alice).profile()));
  EXPECT_TRUE(contains(shard_range(node_shard), meta_key("a", "b")));
  EXPECT_TRUE(contains(meta_range("a"), meta_key("a", "b")));
  EXPECT_FALSE(contains(meta_range("a"), meta_key("ab", "b")));
}

TEST(keys_test, name_what_they_are_about) {
  // A shard of zero bytes must not be taken for the end of a name.
  conversation_keys keys{0, room};
  user_keys user{0, alice};
  EXPECT_EQ(seq_of(keys.message(258)), 258u);
  EXPECT_EQ(name_of(keys.member(al)), "al-");
  EXPECT_EQ(name_of(user.membership(room)), room.view());
  EXPECT_EQ(name_of(user.relation(al)), "al-");
  EXPECT_EQ(name_of(directory_keys(0, "al").entry("alice")), "alice");
  EXPECT_EQ(name_of(meta_key("signing_key", "k1")), "k1");
  auto reaction_key = keys.reaction(5, alice, "+1");
  auto reaction = reaction_name_of(reaction_key);
  ASSERT_TRUE(reaction);
  EXPECT_EQ(reaction->target, 5u);
  EXPECT_EQ(reaction->by, "alice");
  EXPECT_EQ(reaction->emoji, "+1");
  auto dedup_key = keys.dedup(alice, client_id{"x y"});
  auto dedup = dedup_name_of(dedup_key);
  ASSERT_TRUE(dedup);
  EXPECT_EQ(dedup->sender, "alice");
  EXPECT_EQ(dedup->client_id, "x y");
}

TEST(keys_test, of_an_outbox_name_their_owner) {
  auto key = conversation_keys(0, room).outbox(9);
  EXPECT_TRUE(contains(outbox_range(0), key));
  EXPECT_FALSE(contains(outbox_range(1), key));
  EXPECT_EQ(outbox_number_of(key), 9u);
  auto owner = outbox_owner_of(key);
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->kind, 'c');
  EXPECT_EQ(owner->name, room.view());
  EXPECT_EQ(outbox_owner_of(user_keys(0, alice).outbox(0))->name, "alice");
  EXPECT_FALSE(outbox_owner_of(user_keys(0, alice).profile()));
}

TEST(keys_test, of_a_queue_are_in_the_order_of_time) {
  queue_keys keys{1, queue_name{"default"}};
  conversation_id met{"m.00000000000000000000000001"};
  EXPECT_TRUE(contains(keys.records(5, 6), keys.record(5, met)));
  EXPECT_FALSE(contains(keys.records(5, 6), keys.record(6, met)));
  EXPECT_LT(keys.erasure(255, met), keys.erasure(256, met));
  for (const auto& key : {keys.record(7, met), keys.erasure(7, met)}) {
    auto what = timed_name_of(key);
    ASSERT_TRUE(what);
    EXPECT_EQ(what->at, 7);
    EXPECT_EQ(what->name, met.view());
  }
  EXPECT_FALSE(timed_name_of(keys.ticket(7)));
  EXPECT_EQ(seq_of(keys.ticket(7)), 7u);
  EXPECT_EQ(name_of(keys.meeting(met)), met.view());
  EXPECT_EQ(name_of(keys.fence(alice)), alice.view());
  auto owner = outbox_owner_of(keys.outbox(0));
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->kind, 'q');
  EXPECT_EQ(owner->name, "default");
}

TEST(keys_test, that_are_none_are_not_misread) {
  auto reaction = conversation_keys(1, room).reaction(5, alice, "+1");
  auto outbox = user_keys(1, alice).outbox(0);
  for (const auto& whole : {reaction, outbox}) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      auto key = std::string_view{whole}.substr(0, size);
      seq_of(key);
      name_of(key);
      EXPECT_FALSE(dedup_name_of(key));
      EXPECT_EQ(outbox_owner_of(key).has_value(), key == outbox);
    }
  }
  EXPECT_EQ(seq_of("short"), 0u);
  EXPECT_TRUE(name_of("").empty());
}

TEST(keys_test, of_dead_letters_stand_apart_from_the_outbox) {
  auto outbox = user_keys(1, alice).outbox(7);
  auto letter = dead_letter_key(outbox);
  auto in = [](const key_range& range, const std::string& key) {
    return key >= range.from && key < range.to;
  };
  EXPECT_TRUE(in(dead_letter_range(1), letter));
  EXPECT_FALSE(in(dead_letter_range(1), outbox));
  EXPECT_FALSE(in(outbox_range(1), letter));
  EXPECT_NE(letter, dead_letter_key(user_keys(1, alice).outbox(8)));
}

TEST(keys_test, of_users_are_found_by_the_beginning_of_their_handles) {
  auto range = users_range(1, "al");
  auto profile = user_keys(1, alice).profile();
  EXPECT_TRUE(profile >= range.from && profile < range.to);
  EXPECT_EQ(handle_of(profile), "alice");
  EXPECT_EQ(handle_of(conversation_keys(1, room).head()), "");
  EXPECT_EQ(handle_of("x"), "");
}

TEST(keys_test, after_a_prefix_carry_over) {
  EXPECT_EQ(after_prefix("ab"), "ac");
  EXPECT_EQ(after_prefix("a\xFF"), "b");
  EXPECT_EQ(after_prefix("\xFF\xFF"), "");
}

} // namespace
} // namespace parley::storage
