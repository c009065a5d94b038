#include "storage/committer.hpp"
#include "tests/unit/storage/recorder.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <map>
#include <optional>
#include <thread>

namespace parley::storage {
namespace {

class committer_test : public store_fixture {
protected:
  void start() {
    commits.emplace(*db, seen, opts);
  }

  /// Keeps the committer's thread busy, so that what follows is queued.
  void hold_up() {
    seen.hold();
    commits->submit(work(0, 0));
    ASSERT_EQ(seen.wait_for(1).size(), 1u);
  }

  recorder seen;
  std::optional<committer> commits;
};

TEST_F(committer_test, commits_what_is_queued_in_one_batch) {
  start();
  hold_up();
  for (std::uint64_t i = 1; i <= 100; ++i)
    commits->submit(work(static_cast<shard_id>(i % 7), i));
  seen.release();
  auto entries = seen.wait_for(101);
  ASSERT_EQ(entries.size(), 101u);
  for (std::size_t i = 1; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].number, i);
    EXPECT_EQ(entries[i].batch, 1u);
    EXPECT_TRUE(entries[i].outcome);
  }
  EXPECT_EQ(get("key 6 6"), "record");
}

TEST_F(committer_test, cuts_batches_at_their_bound) {
  opts.batch_bytes_max = 10'000;
  start();
  hold_up();
  for (std::uint64_t i = 1; i <= 20; ++i)
    commits->submit(work(1, i, std::string(3'000, 'x')));
  commits->submit(work(1, 21, std::string(30'000, 'x')));
  seen.release();
  auto entries = seen.wait_for(22);
  ASSERT_EQ(entries.size(), 22u);
  EXPECT_EQ(entries[3].batch, 1u);
  EXPECT_EQ(entries[4].batch, 2u);
  EXPECT_EQ(entries[21].batch, entries[20].batch + 1) << "alone";
}

TEST_F(committer_test, keeps_the_order_of_each_shard_from_many_threads) {
  start();
  std::vector<std::thread> threads;
  for (shard_id shard = 0; shard < 4; ++shard)
    threads.emplace_back([&, shard] {
      for (std::uint64_t i = 1; i <= 500; ++i)
        commits->submit(work(shard, i));
    });
  for (auto& t : threads)
    t.join();
  auto entries = seen.wait_for(2'000);
  ASSERT_EQ(entries.size(), 2'000u);
  std::map<shard_id, std::uint64_t> last;
  for (const auto& entry : entries) {
    EXPECT_EQ(entry.number, last[entry.shard] + 1);
    last[entry.shard] = entry.number;
  }
}

TEST_F(committer_test, commits_what_is_queued_before_it_goes) {
  start();
  hold_up();
  for (std::uint64_t i = 1; i <= 50; ++i)
    commits->submit(work(1, i));
  std::thread end{[&] { commits.reset(); }};
  seen.release();
  end.join();
  EXPECT_EQ(seen.wait_for(51).size(), 51u);
  reopen();
  EXPECT_EQ(get("key 1 50"), "record");
}

TEST_F(committer_test, pushes_back_when_too_much_is_queued) {
  opts.queue_length_max = 10;
  start();
  hold_up();
  for (std::uint64_t i = 1; i <= 10; ++i) {
    EXPECT_TRUE(commits->admit());
    commits->submit(work(1, i));
  }
  auto refused = commits->admit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_EQ(refused.error().detail, "storage busy");
  seen.release();
  EXPECT_EQ(seen.wait_for(11).size(), 11u);
  EXPECT_TRUE(commits->admit());
}

TEST_F(committer_test, pushes_back_when_too_many_bytes_are_queued) {
  opts.queue_bytes_max = 10'000;
  start();
  hold_up();
  commits->submit(work(1, 1, std::string(10'000, 'x')));
  EXPECT_EQ(commits->admit().error().detail, "storage busy");
  seen.release();
  EXPECT_EQ(seen.wait_for(2).size(), 2u);
  EXPECT_TRUE(commits->admit());
}

TEST_F(committer_test, fails_what_was_decided_in_an_older_term) {
  start();
  hold_up();
  commits->submit(work(1, 1));
  commits->submit(work(2, 2, "record", 7));
  commits->submit(work(1, 3));
  seen.release();
  auto entries = seen.wait_for(4);
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_TRUE(entries[1].outcome);
  EXPECT_EQ(entries[2].number, 2u) << "in the order of submission";
  EXPECT_EQ(entries[2].outcome.error().code, errc::unavailable);
  EXPECT_TRUE(entries[3].outcome);
  EXPECT_EQ(get("key 2 2"), "none");
}

TEST_F(committer_test, advances_the_terms_of_a_failed_batch) {
  db.reset();
  opts.reserve_bytes = 1ull << 50;
  open();
  start();
  hold_up(); // fails by itself: no disk has such a reserve
  for (std::uint64_t i = 1; i <= 2; ++i) {
    commits->submit(work(1, i));
    commits->submit(work(2, i));
  }
  seen.release();
  auto entries = seen.wait_for(5);
  ASSERT_EQ(entries.size(), 5u);
  for (const auto& entry : entries) {
    EXPECT_EQ(entry.outcome.error().detail, "storage full");
    EXPECT_EQ(entry.outcome.error().retry_after_ms, 1'000u);
  }
  for (shard_id shard : {0, 1, 2})
    EXPECT_EQ(commits->term(shard), 2u);
  EXPECT_EQ(commits->term(3), 1u);
  commits->submit(work(1, 3));
  EXPECT_EQ(seen.wait_for(6).back().outcome.error().detail,
            "an earlier write failed");
  EXPECT_EQ(commits->admit().error().detail, "storage full");
}

} // namespace
} // namespace parley::storage
