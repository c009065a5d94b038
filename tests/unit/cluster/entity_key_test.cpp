#include "cluster/entity_key.hpp"

#include <gtest/gtest.h>

#include <set>

namespace parley::cluster {
namespace {

TEST(entity_key_test, is_spelled_as_in_the_hash) {
  EXPECT_EQ(key_of(user_id{"alice"}).str(), "user:alice");
  EXPECT_EQ(directory_of("alice").str(), "directory:al");
  auto id = named_group(user_id{"alice"}, "g");
  EXPECT_EQ(key_of(id).str(), "conversation:" + id.str());
}

TEST(entity_key_test, puts_the_same_key_into_the_same_shard) {
  auto alice = key_of(user_id{"alice"});
  EXPECT_EQ(shard_of(alice, 64), hash64("user:alice") % 64);
  EXPECT_EQ(shard_of(alice, 1), 0);
}

TEST(entity_key_test, tells_kinds_of_the_same_name_apart) {
  entity_key user{entity_kind::user, decltype(entity_key::name){"al"}};
  EXPECT_NE(user, directory_of("alice"));
  EXPECT_NE(std::hash<entity_key>{}(user),
            std::hash<entity_key>{}(directory_of("alice")));
}

TEST(entity_key_test, spreads_keys_over_all_shards) {
  std::set<shard_id> seen;
  for (int i = 0; i < 1000; ++i)
    seen.insert(shard_of(key_of(user_id{"user" + std::to_string(i)}), 64));
  EXPECT_EQ(seen.size(), 64u);
}

} // namespace
} // namespace parley::cluster
