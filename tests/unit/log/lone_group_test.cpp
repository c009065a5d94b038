#include "base/metrics.hpp"
#include "tests/support/lone_node.hpp"
#include "tests/support/test_store.hpp"
#include "tests/unit/log/recorder.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <thread>

namespace parley::cluster {
namespace {

double syncs() {
  return metrics::counter("parley_commits_total",
                          "Batches written with one fsync each.")
    .Value();
}

class lone_group_test : public testing::Test {
protected:
  ~lone_group_test() override {
    seen.release();
  }

  void start() {
    log.emplace(files.db(), 8u, opts);
  }

  /// Keeps the log's thread busy, so that what follows is queued.
  void hold_up() {
    seen.hold();
    append(0, 0);
    ASSERT_EQ(seen.wait_for(1).size(), 1u);
  }

  void append(shard_id shard, std::uint64_t number,
              std::string record = "record") {
    append_in((*log)->term(shard), shard, number, std::move(record));
  }

  void append_in(std::uint64_t term, shard_id shard, std::uint64_t number,
                 std::string record = "record") {
    (*log)->append(shard, term, writes(shard, number, std::move(record)),
                   seen.note(shard, number));
  }

  std::string get(shard_id shard, std::uint64_t number) {
    return stored(files.db(), shard, number);
  }

  test::test_store files;
  log_options opts;
  recorder seen;
  std::optional<test::lone_log> log;
};

TEST_F(lone_group_test, commits_what_is_queued_with_one_sync) {
  start();
  hold_up();
  auto before = syncs();
  for (std::uint64_t i = 1; i <= 100; ++i)
    append(static_cast<shard_id>(i % 7), i);
  seen.release();
  auto entries = seen.wait_for(101);
  ASSERT_EQ(entries.size(), 101u);
  EXPECT_EQ(syncs() - before, 1);
  for (const auto& entry : entries)
    EXPECT_TRUE(entry.outcome);
  EXPECT_EQ(get(6, 6), "record");
  EXPECT_EQ(get(1, 99), "record");
}

TEST_F(lone_group_test, keeps_no_log) {
  start();
  append(1, 1);
  EXPECT_EQ(seen.wait_for(1).size(), 1u);
  log.reset();
  auto found = disk_log{files.db(), 1}.entries(1, 1'000, 1'000'000);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::not_found);
}

TEST_F(lone_group_test, keeps_the_order_over_many_entries) {
  opts.entry_bytes_max = 10'000;
  start();
  hold_up();
  for (std::uint64_t i = 1; i <= 20; ++i)
    append(1, i, std::string(3'000, 'x'));
  append(1, 21, std::string(30'000, 'x'));
  append(1, 22);
  seen.release();
  auto entries = seen.wait_for(23);
  ASSERT_EQ(entries.size(), 23u);
  for (std::uint64_t i = 1; i <= 22; ++i) {
    EXPECT_EQ(entries[i].number, i);
    EXPECT_TRUE(entries[i].outcome);
  }
  EXPECT_EQ(get(1, 21).size(), 30'000u);
}

TEST_F(lone_group_test, keeps_the_order_of_each_shard_from_many_threads) {
  start();
  std::vector<std::thread> threads;
  for (shard_id shard = 0; shard < 4; ++shard)
    threads.emplace_back([&, shard] {
      for (std::uint64_t i = 1; i <= 500; ++i)
        append(shard, i);
    });
  for (auto& t : threads)
    t.join();
  auto entries = seen.wait_for(2'000);
  ASSERT_EQ(entries.size(), 2'000u);
  std::map<shard_id, std::uint64_t> last;
  for (const auto& entry : entries) {
    EXPECT_EQ(entry.number, last[entry.shard] + 1);
    EXPECT_TRUE(entry.outcome);
    last[entry.shard] = entry.number;
  }
}

TEST_F(lone_group_test, commits_what_is_queued_before_it_goes) {
  start();
  hold_up();
  for (std::uint64_t i = 1; i <= 50; ++i)
    append(1, i);
  std::thread end{[&] { (*log)->stop(); }};
  seen.release();
  end.join();
  EXPECT_EQ(seen.wait_for(51).size(), 51u);
  log.reset();
  files.reopen();
  EXPECT_EQ(get(1, 50), "record");
}

TEST_F(lone_group_test, pushes_back_when_too_much_is_queued) {
  opts.queue_length_max = 10;
  start();
  hold_up();
  for (std::uint64_t i = 1; i <= 10; ++i) {
    EXPECT_TRUE((*log)->admit(1));
    append(1, i);
  }
  auto refused = (*log)->admit(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_EQ(refused.error().detail, "storage busy");
  seen.release();
  EXPECT_EQ(seen.wait_for(11).size(), 11u);
  EXPECT_TRUE((*log)->admit(1));
}

TEST_F(lone_group_test, pushes_back_when_too_many_bytes_are_queued) {
  opts.queue_bytes_max = 10'000;
  start();
  hold_up();
  append(1, 1, std::string(10'000, 'x'));
  EXPECT_EQ((*log)->admit(1).error().detail, "storage busy");
  seen.release();
  EXPECT_EQ(seen.wait_for(2).size(), 2u);
  EXPECT_TRUE((*log)->admit(1));
}

TEST_F(lone_group_test, fails_what_was_decided_in_an_older_term) {
  start();
  hold_up();
  auto outdated = (*log)->term(2) + 7;
  append(1, 1);
  append_in(outdated, 2, 2);
  append_in(0, 3, 3);
  append(1, 4);
  seen.release();
  auto entries = seen.wait_for(5);
  ASSERT_EQ(entries.size(), 5u);
  for (const auto& entry : entries)
    EXPECT_EQ(bool{entry.outcome}, entry.number != 2 && entry.number != 3);
  EXPECT_EQ(get(2, 2), "none");
  EXPECT_EQ(get(3, 3), "none");
  EXPECT_EQ(get(1, 4), "record");
}

TEST_F(lone_group_test, tells_of_a_failure_after_what_was_committed_before) {
  opts.entry_bytes_max = 1;
  start();
  hold_up();
  append(1, 1);
  append_in((*log)->term(1) + 7, 1, 2);
  append(1, 3);
  seen.release();
  auto entries = seen.wait_for(4);
  ASSERT_EQ(entries.size(), 4u);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(entries[i].number, i);
    EXPECT_EQ(bool{entries[i].outcome}, i != 2);
  }
}

TEST_F(lone_group_test, serves_as_before_after_a_restart) {
  start();
  auto before = (*log)->term(1);
  append(1, 1);
  EXPECT_EQ(seen.wait_for(1).size(), 1u);
  log.reset();
  files.reopen();
  start();
  EXPECT_GT((*log)->term(1), before) << "nobody decides on what was before";
  EXPECT_TRUE((*log)->holds(1, (*log)->term(1)));
  EXPECT_FALSE((*log)->holds(1, before));
  EXPECT_EQ(get(1, 1), "record");
  append(1, 2);
  EXPECT_TRUE(seen.wait_for(2)[1].outcome);
}

} // namespace
} // namespace parley::cluster
