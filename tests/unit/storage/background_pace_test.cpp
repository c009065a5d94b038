#include "storage/background_pace.hpp"
#include "storage/rocks_store.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <rocksdb/db.h>

#include <ctime>
#include <vector>

namespace parley::storage {
namespace {

using rocksdb::Env;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::uint64_t memtable = 64u << 20;

TEST(share_test, of_a_compaction_grows_with_what_waits) {
  EXPECT_EQ(compaction_share(0, 0, memtable), 0.25);
  EXPECT_EQ(compaction_share(3, 4 * memtable, memtable), 0.25);
  EXPECT_EQ(compaction_share(6, 0, memtable), 0.5) << "new tables";
  EXPECT_EQ(compaction_share(0, 32 * memtable, memtable), 0.5) << "old ones";
  EXPECT_EQ(compaction_share(6, 48 * memtable, memtable), 0.75);
  EXPECT_EQ(compaction_share(12, 0, memtable), 1);
  EXPECT_EQ(compaction_share(30, 1000 * memtable, memtable), 1);
}

TEST(share_test, of_a_flush_is_all_when_the_next_memtable_is_half_full) {
  EXPECT_EQ(flush_share(0, memtable), 0.25);
  EXPECT_EQ(flush_share(memtable / 2, memtable), 0.25);
  EXPECT_EQ(flush_share(memtable / 2 + 1, memtable), 1);
}

/// Keeps the thread busy.
void work_for(milliseconds time) {
  auto cpu = [] {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds{used.tv_sec} + nanoseconds{used.tv_nsec};
  };
  auto end = cpu() + time;
  while (cpu() < end) {
  }
}

class background_pace_test : public store_fixture {
protected:
  /// The rest after so much work; none is 0.
  nanoseconds rest_after(milliseconds work, Env::IOPriority who) {
    pace.Request(1, who, nullptr);
    rests.clear();
    work_for(work);
    pace.Request(1, who, nullptr);
    return rests.empty() ? nanoseconds{0} : rests.front();
  }

  std::vector<nanoseconds> rests;
  background_pace pace{memtable,
                       [this](nanoseconds time) { rests.push_back(time); }};
};

TEST_F(background_pace_test, rests_in_proportion_to_the_work) {
  pace.watch(&rocks_of(*db));
  for (auto who : {Env::IO_HIGH, Env::IO_LOW}) {
    EXPECT_GE(rest_after(milliseconds{2}, who), milliseconds{6});
    EXPECT_EQ(rest_after(milliseconds{30}, who), milliseconds{60})
      << "but never for long";
  }
}

TEST_F(background_pace_test, does_not_rest_where_writing_would_wait) {
  pace.watch(&rocks_of(*db));
  EXPECT_EQ(rest_after(milliseconds{2}, Env::IO_USER), nanoseconds{0});
}

TEST_F(background_pace_test, does_not_rest_while_the_store_closes) {
  pace.watch(&rocks_of(*db));
  pace.watch(nullptr);
  EXPECT_EQ(rest_after(milliseconds{2}, Env::IO_LOW), nanoseconds{0});
}

TEST_F(background_pace_test, is_asked_for_each_piece_of_a_table) {
  db.reset();
  opts.memtable_bytes = 2u << 20;
  opts.reserve_bytes = 8 * opts.memtable_bytes;
  open();
  auto asked = rocks_of(*db).GetDBOptions().rate_limiter;
  ASSERT_TRUE(asked);
  const std::string record(32 * 1024, 'x');
  // Enough flushes for a compaction. They lie in each other's range.
  for (int i = 0; i < 1024; ++i)
    ASSERT_TRUE(put("key" + std::to_string(i * 509 % 1024), record));
  EXPECT_TRUE(
    test::eventually([&] { return asked->GetTotalRequests(Env::IO_LOW) > 0; }));
  auto flushes = asked->GetTotalRequests(Env::IO_HIGH);
  EXPECT_GT(flushes, 0);
  EXPECT_LE(asked->GetTotalBytesThrough(Env::IO_HIGH),
            flushes * static_cast<std::int64_t>(background_pace::piece_bytes));
}

} // namespace
} // namespace parley::storage
