#include "tests/support/small_disk.hpp"
#include "tests/unit/log/node_group.hpp"

#include <gtest/gtest.h>

namespace parley::cluster {
namespace {

TEST(group_test, commits_with_a_majority) {
  node_group group;
  group.start_all();
  auto owner = group.await_owner(1);
  ASSERT_NE(owner, 0u);
  group.cut(group.other_than(owner));
  for (std::uint64_t i = 1; i <= 100; ++i)
    group.append(owner, 1, i);
  auto entries = group.seen.wait_for(100);
  ASSERT_EQ(entries.size(), 100u);
  for (std::uint64_t i = 1; i <= 100; ++i) {
    EXPECT_EQ(entries[i - 1].number, i);
    EXPECT_TRUE(entries[i - 1].outcome);
  }
}

TEST(group_test, makes_followers_equal_to_the_owner) {
  node_group group;
  group.start_all();
  auto owner = group.await_owner(1);
  ASSERT_NE(owner, 0u);
  for (std::uint64_t i = 1; i <= 200; ++i) {
    storage::write_set set;
    set.put(key_of(1, i % 50), std::to_string(i));
    set.erase(key_of(1, (i + 25) % 50));
    group.at(owner).append(1, group.at(owner).term(1), std::move(set),
                           group.seen.note(1, i));
  }
  EXPECT_EQ(group.seen.wait_for(200).size(), 200u);
  EXPECT_FALSE(group.state(owner, 1).empty());
  EXPECT_TRUE(group.await([&] { return group.equal(1); }));
}

TEST(group_test, loses_nothing_acknowledged_when_the_owner_goes) {
  node_group group;
  group.start_all();
  auto first = group.await_owner(1);
  ASSERT_NE(first, 0u);
  for (std::uint64_t i = 1; i <= 500; ++i)
    group.append(first, 1, i);
  group.seen.wait_for(100);
  group.stop(first);
  auto entries = group.seen.wait_for(500);
  ASSERT_EQ(entries.size(), 500u) << "each is told something";
  auto second = group.await_owner(1, first);
  ASSERT_NE(second, 0u);
  for (const auto& entry : entries) {
    if (entry.outcome)
      EXPECT_EQ(stored(group.db(second), 1, entry.number), "record");
    else
      EXPECT_EQ(entry.outcome.error().code, errc::unavailable);
  }
  group.append(second, 1, 1'000);
  EXPECT_TRUE(group.seen.wait_for(501).back().outcome);
  group.restart(first);
  EXPECT_TRUE(
    group.await([&] { return stored(group.db(first), 1, 1'000) == "record"; }));
  EXPECT_TRUE(group.await([&] { return group.equal(1); }));
}

TEST(group_test, fails_what_an_owner_without_others_was_given) {
  node_group group;
  group.start_all();
  auto first = group.await_owner(1);
  ASSERT_NE(first, 0u);
  auto term = group.at(first).term(1);
  group.cut(first);
  group.append(first, 1, 1);
  EXPECT_TRUE(group.await([&] { return !group.at(first).holds(1, term); }))
    << "its lease ends";
  auto entries = group.seen.wait_for(1);
  ASSERT_EQ(entries.size(), 1u);
  ASSERT_FALSE(entries[0].outcome);
  EXPECT_EQ(entries[0].outcome.error().code, errc::unavailable);
  EXPECT_EQ(group.at(first).term(1), 0u);
  EXPECT_FALSE(group.at(first).admit(1));

  auto second = group.await_owner(1, first);
  ASSERT_NE(second, 0u);
  EXPECT_GT(group.at(second).term(1), term);
  group.append(second, 1, 2);
  EXPECT_TRUE(group.seen.wait_for(2)[1].outcome);
  group.mend(first);
  EXPECT_TRUE(group.await([&] { return group.equal(1); }));
  EXPECT_EQ(stored(group.db(first), 1, 1), "none");
  EXPECT_EQ(stored(group.db(first), 1, 2), "record");
  EXPECT_EQ(group.at(first).leader(1), second);
}

TEST(group_test, has_all_when_all_were_stopped) {
  node_group group;
  group.start_all();
  auto owner = group.await_owner(1);
  ASSERT_NE(owner, 0u);
  // What followers have not heard to be committed is in their logs only.
  for (std::uint64_t i = 1; i <= 300; ++i)
    group.append(owner, 1, i);
  ASSERT_EQ(group.seen.wait_for(300).size(), 300u);
  for (node_id id = 1; id <= 3; ++id)
    group.stop(id);
  for (node_id id = 1; id <= 3; ++id)
    group.restart(id);
  owner = group.await_owner(1);
  ASSERT_NE(owner, 0u);
  for (std::uint64_t i = 1; i <= 300; ++i)
    EXPECT_EQ(stored(group.db(owner), 1, i), "record");
  EXPECT_TRUE(group.await([&] { return group.equal(1); }));
}

TEST(group_test, drops_the_part_of_the_log_that_all_have) {
  node_group group;
  group.start_all();
  auto owner = group.await_owner(1);
  ASSERT_NE(owner, 0u);
  for (std::uint64_t i = 1; i <= 40; ++i) {
    group.append(owner, 1, i, noise(64 * 1024));
    group.seen.wait_for(i);
  }
  EXPECT_TRUE(group.await([&] {
    return group.log_length(1, 1) < 40 && group.log_length(2, 1) < 40
           && group.log_length(3, 1) < 40;
  }));
  EXPECT_TRUE(group.await([&] { return group.equal(1); }));
  for (node_id id = 1; id <= 3; ++id)
    group.stop(id);
  for (node_id id = 1; id <= 3; ++id)
    group.restart(id);
  owner = group.await_owner(1);
  ASSERT_NE(owner, 0u);
  group.append(owner, 1, 41);
  EXPECT_TRUE(group.seen.wait_for(41).back().outcome);
}

TEST(group_test, keeps_no_more_log_for_one_that_lags_than_its_bound) {
  log_options opts;
  opts.log_bytes_max = std::uint64_t{1} << 20;
  node_group group{3, opts};
  group.start_all();
  auto owner = group.await_owner(1);
  ASSERT_NE(owner, 0u);
  auto lags = group.other_than(owner);
  group.cut(lags);
  for (std::uint64_t i = 1; i <= 40; ++i) {
    group.append(owner, 1, i, noise(64 * 1024));
    group.seen.wait_for(i);
  }
  EXPECT_TRUE(group.await([&] { return group.log_length(owner, 1) < 40; }));
  group.mend(lags);
  EXPECT_TRUE(group.await([&] { return group.wants_snapshot(1, lags); }));
}

TEST(group_test, drops_its_log_when_it_becomes_a_group_of_one) {
  node_group group;
  group.start_all();
  auto owner = group.await_owner(1);
  ASSERT_NE(owner, 0u);
  for (std::uint64_t i = 1; i <= 50; ++i)
    group.append(owner, 1, i);
  group.on_thread(owner, [&](log_engine::inside& inside) {
    EXPECT_TRUE(inside.find(1)->core().change({owner}, {}, boot_clock_ms()));
  });
  for (std::uint64_t i = 51; i <= 100; ++i)
    group.append(owner, 1, i);
  auto entries = group.seen.wait_for(100);
  ASSERT_EQ(entries.size(), 100u);
  for (const auto& entry : entries)
    EXPECT_TRUE(entry.outcome);
  EXPECT_TRUE(group.await([&] { return group.log_length(owner, 1) == 0; }));
  group.append(owner, 1, 101);
  EXPECT_TRUE(group.seen.wait_for(101).back().outcome);
  EXPECT_EQ(group.log_length(owner, 1), 0u);
  for (node_id id = 1; id <= 3; ++id)
    group.stop(id);
  group.restart(owner);
  EXPECT_EQ(group.await_owner(1), owner) << "without the others";
  for (std::uint64_t i = 1; i <= 101; ++i)
    EXPECT_EQ(stored(group.db(owner), 1, i), "record");
}

TEST(group_test, begins_a_log_when_a_group_of_one_grows) {
  node_group group{1};
  group.start_all();
  ASSERT_EQ(group.await_owner(1), 1u);
  for (std::uint64_t i = 1; i <= 50; ++i)
    group.append(1, 1, i);
  ASSERT_EQ(group.seen.wait_for(50).size(), 50u);
  raft::position before;
  group.on_thread(1, [&](log_engine::inside& inside) {
    before = inside.find(1)->position().applied;
    EXPECT_TRUE(inside.find(1)->core().change({1}, {9}, boot_clock_ms()));
  });
  for (std::uint64_t i = 51; i <= 100; ++i)
    group.append(1, 1, i);
  ASSERT_EQ(group.seen.wait_for(100).size(), 100u);
  auto found = disk_log{group.db(1), 1}.find();
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->compacted, before);
  EXPECT_EQ((*found)->last.index, before.index + group.log_length(1, 1));
  group.restart(1);
  ASSERT_EQ(group.await_owner(1), 1u);
  group.append(1, 1, 101);
  EXPECT_TRUE(group.seen.wait_for(101).back().outcome);
  for (std::uint64_t i = 1; i <= 101; ++i)
    EXPECT_EQ(stored(group.db(1), 1, i), "record");
}

/// Node 1 has a disk of its own, of 96 MiB.
class full_node_test : public testing::Test {
protected:
  static constexpr std::uint64_t mebibyte = 1u << 20;

  void SetUp() override {
    if (!disk.mounted())
      GTEST_SKIP() << "NOT TESTED: this process may not mount a tmpfs";
    storage::options opts;
    opts.dir = disk.path();
    opts.reserve_bytes = 16 * mebibyte;
    auto opened = storage::store::open(opts);
    ASSERT_TRUE(opened) << opened.error().detail;
    db = std::move(*opened);
  }

  test::small_disk disk{96 * mebibyte};
  std::unique_ptr<storage::store> db;
};

TEST_F(full_node_test, steps_aside_and_comes_level_when_there_is_space) {
  node_group group;
  group.use(1, *db);
  group.start_all();
  ASSERT_TRUE(group.await([&] {
    auto owner = group.await_owner(1);
    if (owner == 1 || owner == 0)
      return owner == 1;
    group.on_thread(owner, [](log_engine::inside& inside) {
      auto asked = inside.find(1)->core().transfer_to(1, boot_clock_ms());
      EXPECT_TRUE(asked || asked.error().code != errc::bad_params);
    });
    return false;
  }));
  disk.leave_free(8 * mebibyte);
  auto owner = group.await_owner(1, 1);
  ASSERT_NE(owner, 0u);
  group.append(owner, 1, 1);
  EXPECT_TRUE(group.seen.wait_for(1)[0].outcome);
  EXPECT_EQ(stored(*db, 1, 1), "none");
  disk.remove_ballast();
  EXPECT_TRUE(group.await([&] { return group.equal(1); }));
  EXPECT_EQ(stored(*db, 1, 1), "record");
}

} // namespace
} // namespace parley::cluster
