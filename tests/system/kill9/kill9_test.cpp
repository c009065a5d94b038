#include "tests/support/temp_dir.hpp"
#include "tests/system/kill9/child.hpp"
#include "tests/system/kill9/log_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <random>

namespace parley::test {
namespace {

constexpr int kills = 100;
/// Every so many kills all rows are checked, otherwise those of the last runs.
constexpr int full_check_every = 20;

class kill9_test : public testing::Test {
protected:
  /// Lets a writer run for a random time after its first acknowledgement.
  void run_and_kill() {
    child writer{KILL9_WRITER, dir.path().string()};
    // Short runs are likelier: they die during recovery's own writes.
    auto us = std::uniform_int_distribution<int>{0, 300}(random);
    std::chrono::microseconds enough{us * us};
    note(writer.read_for(enough, std::chrono::seconds{30}));
    note(writer.kill());
  }

  void note(const std::vector<ack>& acks) {
    for (const auto& x : acks) {
      ASSERT_LT(x.conversation, conversations);
      ASSERT_EQ(x.at, acked[x.conversation] + 1) << "acknowledged in order";
      acked[x.conversation] = x.at;
    }
    acknowledged += acks.size();
  }

  /// Every acknowledged row is there, and what was not acknowledged follows
  /// without a gap.
  void check(bool all) {
    auto opts = writer_options(dir.path().c_str());
    auto db = storage::store::open(opts);
    ASSERT_TRUE(db) << db.error().detail;
    for (std::uint32_t i = 0; i < conversations; ++i) {
      if (all)
        checked[i] = 0;
      check_conversation(**db, i);
      ASSERT_GE(checked[i], acked[i]) << "acknowledged and lost";
      // The next writer goes on after what it finds.
      acked[i] = checked[i];
    }
  }

  void check_conversation(const storage::store& db, std::uint32_t i) {
    auto range = keys_of(i).messages();
    range.from = keys_of(i).message(checked[i] + 1);
    auto next = checked[i] + 1;
    auto done = db.scan(range, [&](auto key, auto record) {
      EXPECT_EQ(storage::seq_of(key), next) << "a gap";
      EXPECT_TRUE(record == record_of(i, next)) << "another record";
      ++next;
      return !HasFailure();
    });
    ASSERT_TRUE(done);
    checked[i] = next - 1;
    auto head = db.get(keys_of(i).head());
    ASSERT_TRUE(head);
    // The head is written in one set with each message: neither goes without
    // the other.
    ASSERT_EQ(*head, checked[i] == 0 ? std::nullopt
                                     : std::optional{head_of(checked[i])});
  }

  temp_dir dir;
  const std::uint32_t seed = std::random_device{}();
  std::mt19937 random{seed};
  std::array<seq, conversations> acked{};
  std::array<seq, conversations> checked{};
  std::uint64_t acknowledged = 0;
};

TEST_F(kill9_test, nothing_acknowledged_is_lost_and_there_are_no_gaps) {
  std::cout << "seed " << seed << '\n';
  for (int i = 1; i <= kills; ++i) {
    ASSERT_NO_FATAL_FAILURE(run_and_kill()) << "kill " << i;
    ASSERT_NO_FATAL_FAILURE(check(i % full_check_every == 0)) << "kill " << i;
    ASSERT_FALSE(HasFailure()) << "kill " << i;
  }
  std::cout << acknowledged << " acknowledged messages in " << kills
            << " kills\n";
  EXPECT_GT(acknowledged, 1'000u);
}

} // namespace
} // namespace parley::test
