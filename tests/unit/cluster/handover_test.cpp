#include "tests/unit/cluster/member_group.hpp"

#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <string>

namespace parley::cluster {
namespace {

replica_info replica_of(test::member_group& group, node_id id, shard_id shard) {
  for (auto& r : group.replicas(id))
    if (r.shard == shard)
      return r;
  return {};
}

// Its logs' thread is busy then, and those who chat would wait for it.
TEST(handover_test, who_is_still_behind_somewhere_is_given_nothing_to_lead) {
  constexpr node_id away = 3;
  constexpr shard_id none = 0xFFFF;
  member_options opts;
  opts.shards = 3;
  opts.log.catch_up_bytes_per_second = std::uint64_t{1} << 20;
  test::member_group group{opts};
  ASSERT_TRUE(group.await_settled());
  auto owned_by = [&](node_id id, shard_id but) {
    std::optional<shard_id> found;
    for (shard_id shard = 0; shard < opts.shards; ++shard)
      if (shard != but && group.owner(shard) == id)
        found = shard;
    return found;
  };
  ASSERT_TRUE(group.await([&] {
    return owned_by(1, none) && owned_by(2, none) && owned_by(away, none);
  }));
  auto theirs = *owned_by(away, none);
  group.stop(away);
  ASSERT_TRUE(group.await([&] { return group.owner(theirs) != 0; }));
  auto heir = group.owner(theirs);
  auto large = *owned_by(heir, theirs);
  for (int i = 0; i < 256; ++i) {
    storage::write_set rows;
    rows.put(storage::shard_range(large).from + "u" + std::to_string(i),
             std::string(12 * 1024, 'x'));
    ASSERT_TRUE(group.write(large, rows));
  }
  group.start(away);
  ASSERT_TRUE(group.await([&] { return group.owner(theirs) == away; }));
  // What may be on its way to one that is level.
  constexpr std::uint64_t lag_max = 80;
  EXPECT_GE(replica_of(group, away, large).applied + lag_max,
            replica_of(group, heir, large).committed);
}

// Who drains a node does not know who owns the map, nor that it is given to
// another just now.
TEST(handover_test, the_map_is_changed_as_soon_as_it_has_an_owner_again) {
  test::member_group group;
  ASSERT_TRUE(group.await_settled());
  auto map_owner = [&] {
    for (node_id id = 1; id <= 3; ++id)
      if (group.at(id).owns_map())
        return id;
    return node_id{0};
  };
  ASSERT_TRUE(group.await([&] { return map_owner() != 0; }));
  auto dead = map_owner();
  auto asked = dead == 1 ? node_id{2} : node_id{1};
  group.stop(dead);
  map_change what;
  what.what = map_change::kind::drain;
  what.node = dead;
  std::promise<result<void>> told;
  group.at(asked).change(
    what, [&](const result<void>& done) { told.set_value(done); });
  auto done = told.get_future().get();
  EXPECT_TRUE(done) << done.error().detail;
  EXPECT_TRUE(group.await([&] {
    return group.at(asked).map()->find(dead)->state == node_state::draining;
  }));
}

} // namespace
} // namespace parley::cluster
