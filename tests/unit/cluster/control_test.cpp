#include "cluster/member/control.hpp"
#include "tests/unit/cluster/map_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cluster {
namespace {

using kind = map_change::kind;
using test::young_map;
using testing::HasSubstr;

map_change change_of(kind what, node_id node) {
  map_change out;
  out.what = what;
  out.node = node;
  return out;
}

map_change move_of(shard_id shard, node_id from, node_id to) {
  auto out = change_of(kind::move, from);
  out.shard = shard;
  out.to = to;
  return out;
}

cluster_map three_nodes() {
  auto map = young_map({"", "", ""}, 4);
  map.nodes.emplace(4, node_row{4, "n4", "h:4", {}, {}, node_state::up});
  for (auto& row : map.shards)
    row = {{1, 2, 3}, {1, 2, 3}};
  return map;
}

std::size_t count_of(const storage::write_set& writes) {
  storage::write_set_reader reader{writes.encoded()};
  std::size_t count = 0;
  while (reader.next())
    ++count;
  return count;
}

error refusal(const map_change& what, const cluster_map& map) {
  auto done = apply(what, map);
  EXPECT_FALSE(done);
  return done ? error{} : done.error();
}

TEST(control, an_admission_request_arrives_as_it_was_sent) {
  auto got = decode_control(encode(
    control_request{admission_request{"n2", "10.0.0.2:7400", "rack", 16}}));
  ASSERT_TRUE(got);
  const auto& wish = std::get<admission_request>(*got);
  EXPECT_EQ(wish.name, "n2");
  EXPECT_EQ(wish.address, "10.0.0.2:7400");
  EXPECT_EQ(wish.zone, "rack");
  EXPECT_EQ(wish.shards, 16u);
}

TEST(control, an_admission_request_of_before_does_not_say_how_many_shards) {
  auto bytes
    = encode(control_request{admission_request{"n2", "h:2", "rack", 16}});
  auto got = decode_control(bytes.substr(0, bytes.size() - 1));
  ASSERT_TRUE(got);
  EXPECT_EQ(std::get<admission_request>(*got).shards, 0u);
}

TEST(control, lets_nobody_in_who_is_set_up_for_other_shards) {
  auto map = three_nodes();
  admission with;
  auto size = static_cast<std::uint32_t>(map.shards.size());
  auto refused = admit({"new", "h:9", "", size + 1}, map, with);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::bad_config);
  EXPECT_THAT(refused.error().detail, HasSubstr("shards.count"));
  EXPECT_TRUE(admit({"new", "h:9", "", size}, map, with));
  EXPECT_TRUE(admit({"new", "h:9", "", 0}, map, with));
}

TEST(control, a_change_arrives_as_it_was_sent) {
  auto sent = move_of(63, 2, 5);
  sent.text = "1,2";
  auto got = decode_control(encode(control_request{sent}));
  ASSERT_TRUE(got);
  const auto& change = std::get<map_change>(*got);
  EXPECT_EQ(change.what, kind::move);
  EXPECT_EQ(change.node, 2u);
  EXPECT_EQ(change.to, 5u);
  EXPECT_EQ(change.shard, 63u);
  EXPECT_EQ(change.text, "1,2");
}

TEST(control, what_a_later_version_adds_is_ignored) {
  auto bytes = encode(control_request{change_of(kind::drain, 3)});
  auto got = decode_control(bytes + "more");
  ASSERT_TRUE(got);
  EXPECT_EQ(std::get<map_change>(*got).node, 3u);
}

TEST(control, any_other_bytes_are_refused) {
  auto whole = encode(control_request{admission_request{"n2", "a:1", "z"}});
  // Without its last byte it is what older nodes say.
  for (std::size_t i = 0; i + 1 < whole.size(); ++i)
    EXPECT_FALSE(decode_control(whole.substr(0, i))) << i;
  EXPECT_FALSE(decode_control("\x09what"));
}

TEST(control, an_admission_arrives_as_it_was_sent) {
  admission sent{4, 77, 64, 3, {{1, "a:1"}, {4, "b:2"}}};
  auto bytes = encode(sent);
  auto got = decode_admission(bytes);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->node, 4u);
  EXPECT_EQ(got->cluster, 77u);
  EXPECT_EQ(got->shards, 64u);
  EXPECT_EQ(got->replicas, 3u);
  EXPECT_EQ(got->members, sent.members);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    EXPECT_FALSE(decode_admission(bytes.substr(0, i))) << i;
}

TEST(control, a_new_node_gets_a_number_that_nobody_had) {
  auto map = three_nodes();
  map.nodes.at(4).state = node_state::removed;
  admission with;
  auto rows = admit({"n4", "h:9", "z"}, map, with);
  ASSERT_TRUE(rows);
  EXPECT_EQ(count_of(*rows), 1u);
  EXPECT_EQ(with.node, 5u);
  EXPECT_EQ(with.cluster, 77u);
  EXPECT_EQ(with.shards, 4u);
  ASSERT_EQ(with.members.size(), 4u);
  EXPECT_EQ(with.members.back(), (link::peer_address{5, "h:9"}));
}

TEST(control, a_name_that_is_taken_is_refused) {
  admission with;
  auto refused = admit({"n2", "h:9", ""}, three_nodes(), with);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::conflict);
  EXPECT_THAT(refused.error().detail, HasSubstr("n2"));
}

TEST(control, nodes_that_are_not_there_cannot_be_changed) {
  auto map = three_nodes();
  EXPECT_EQ(refusal(change_of(kind::drain, 9), map).code, errc::not_found);
  map.nodes.at(4).state = node_state::removed;
  EXPECT_EQ(refusal(change_of(kind::undrain, 4), map).code, errc::not_found);
}

TEST(control, the_only_node_that_is_up_stays_up) {
  auto map = young_map({"", ""}, 4);
  ASSERT_TRUE(apply(change_of(kind::drain, 2), map));
  map.nodes.at(2).state = node_state::draining;
  EXPECT_EQ(refusal(change_of(kind::drain, 1), map).code, errc::conflict);
  EXPECT_EQ(refusal(change_of(kind::remove, 1), map).code, errc::conflict);
  EXPECT_TRUE(apply(change_of(kind::remove, 2), map));
}

TEST(control, what_is_done_already_can_be_asked_for_again) {
  auto map = three_nodes();
  map.shards[0].wanted = {2, 3, 4};
  auto moved = apply(move_of(0, 1, 4), map);
  ASSERT_TRUE(moved);
  EXPECT_TRUE(moved->empty());
  map.nodes.at(4).state = node_state::removed;
  auto removed = apply(change_of(kind::remove, 4), map);
  ASSERT_TRUE(removed);
  EXPECT_TRUE(removed->empty());
}

TEST(control, a_move_names_what_is_wrong_with_it) {
  auto map = three_nodes();
  EXPECT_TRUE(apply(move_of(0, 1, 4), map));
  EXPECT_EQ(refusal(move_of(4, 1, 4), map).field, "shard");
  EXPECT_EQ(refusal(move_of(0, 4, 1), map).field, "from");
  EXPECT_EQ(refusal(move_of(0, 1, 9), map).field, "to");
  EXPECT_EQ(refusal(move_of(0, 1, 2), map).field, "to");
  map.nodes.at(4).state = node_state::draining;
  EXPECT_EQ(refusal(move_of(0, 1, 4), map).field, "to");
}

TEST(control, a_shard_moves_once_at_a_time) {
  auto map = three_nodes();
  map.shards[0].wanted = {1, 2, 4};
  auto why = refusal(move_of(0, 1, 3), map);
  EXPECT_EQ(why.code, errc::conflict);
  EXPECT_THAT(why.detail, HasSubstr("moved"));
}

TEST(control, placed_is_noted_only_where_that_is_still_wanted) {
  auto map = three_nodes();
  map.shards[1].wanted = {1, 2, 4};
  auto note = change_of(kind::placed, 0);
  note.shard = 1;
  note.text = list_of({1, 2, 4});
  auto done = apply(note, map);
  ASSERT_TRUE(done);
  EXPECT_EQ(count_of(*done), 1u);
  note.text = list_of({1, 2, 3});
  done = apply(note, map);
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->empty());
  note.shard = 4;
  EXPECT_EQ(refusal(note, map).code, errc::bad_params);
}

TEST(control, what_lost_its_promises_goes_once_the_group_is_without_it) {
  auto map = three_nodes();
  auto& row = map.shards[1];
  row.wanted = row.placed = {1, 2, 3};
  auto wish = change_of(kind::forgotten, 3);
  wish.shard = 1;
  EXPECT_EQ(refusal(wish, map).code, errc::conflict);
  row.wanted = {1, 2};
  EXPECT_EQ(refusal(wish, map).code, errc::conflict);
  row.placed = {1, 2};
  row.wanted = {1, 2, 3};
  auto read = decode_control(encode(control_request{wish}));
  ASSERT_TRUE(read);
  auto may = apply(std::get<map_change>(*read), map);
  ASSERT_TRUE(may) << "although it is wanted again";
  EXPECT_TRUE(may->empty());
  row.placed.clear();
  EXPECT_EQ(refusal(wish, map).code, errc::conflict);
}

TEST(control, a_replica_is_dropped_only_where_nobody_counts_on_it) {
  auto map = three_nodes();
  map.shards[1].wanted = map.shards[1].placed = {1, 2};
  auto wish = change_of(kind::left, 3);
  wish.shard = 1;
  auto read = decode_control(encode(control_request{wish}));
  ASSERT_TRUE(read);
  auto may = apply(std::get<map_change>(*read), map);
  ASSERT_TRUE(may);
  EXPECT_TRUE(may->empty());
  map.shards[1].wanted = {1, 3};
  EXPECT_EQ(refusal(wish, map).code, errc::conflict);
  map.shards[1].placed = {1, 3};
  EXPECT_EQ(refusal(wish, map).code, errc::conflict);
  wish.shard = 4;
  EXPECT_EQ(refusal(wish, map).code, errc::bad_params);
}

TEST(control, a_broken_replica_leaves_and_another_takes_its_place) {
  auto map = three_nodes();
  auto lost = change_of(kind::lost, 2);
  lost.shard = 1;
  auto done = apply(lost, map);
  ASSERT_TRUE(done);
  EXPECT_EQ(count_of(*done), 1u);
  auto again = decode_control(encode(control_request{lost}));
  ASSERT_TRUE(again);
  EXPECT_EQ(std::get<map_change>(*again).what, kind::lost);
  lost.node = 4;
  done = apply(lost, map);
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->empty()) << "it has none";
  lost.node = 2;
  map.shards[1].wanted = {1, 2, 4};
  EXPECT_EQ(refusal(lost, map).code, errc::conflict) << "it moves";
  map.shards[1] = {{2}, {2}};
  EXPECT_EQ(refusal(lost, map).code, errc::conflict) << "it is the last";
  lost.shard = 4;
  EXPECT_EQ(refusal(lost, map).code, errc::bad_params);
}

TEST(control, a_report_arrives_as_it_was_sent) {
  node_report sent{70'000, true, "wss://n2.example/v1/ws"};
  auto got = decode_report(encode(sent));
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, sent);
  // A newer node may have more to say.
  EXPECT_EQ(*decode_report(encode(sent) + "more"), sent);
  for (std::size_t size = 0; size < encode(sent).size(); ++size)
    EXPECT_FALSE(decode_report(encode(sent).substr(0, size))) << size;
}

TEST(control, lists_are_written_with_commas) {
  EXPECT_EQ(list_of({}), "");
  EXPECT_EQ(list_of({7}), "7");
  EXPECT_EQ(list_of({1, 2, 30}), "1,2,30");
}

} // namespace
} // namespace parley::cluster
