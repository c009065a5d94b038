#include "cluster/log/log_engine.hpp"
#include "cluster/type_ids.hpp"
#include "tests/support/actor_runtime.hpp"
#include "tests/support/lone_node.hpp"
#include "tests/support/test_store.hpp"

#include <caf/event_based_actor.hpp>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace parley::cluster {
namespace {

/// What an entity was told of its write sets.
struct outcomes {
  void note(std::uint64_t ticket, bool failed) {
    std::lock_guard held{guard};
    in_order = in_order && ticket > highest;
    highest = std::max(highest, ticket);
    failures += failed ? 1 : 0;
    changed.notify_all();
  }

  bool await(std::uint64_t ticket) {
    std::unique_lock held{guard};
    return changed.wait_for(held, std::chrono::seconds{20},
                            [&] { return highest >= ticket; });
  }

  std::mutex guard;
  std::condition_variable changed;
  std::uint64_t highest = 0;
  int failures = 0;
  bool in_order = true;
};

class listener final : public caf::event_based_actor {
public:
  listener(caf::actor_config& cfg, outcomes* to)
    : caf::event_based_actor(cfg), to_(to) {}

  caf::behavior make_behavior() override {
    return {
      [this](const committed& c) { to_->note(c.ticket, false); },
      [this](const commit_failed& f) { to_->note(f.ticket, true); },
    };
  }

private:
  outcomes* to_;
};

class log_engine_test : public testing::Test {
protected:
  caf::actor spawn(outcomes& to) {
    return caf::actor_cast<caf::actor>(runtime.system().spawn<listener>(&to));
  }

  static storage::write_set record(const std::string& name) {
    storage::write_set set;
    set.put(name, "record");
    return set;
  }

  test::test_store files;
  test::actor_runtime runtime;
};

TEST_F(log_engine_test, tells_each_entity_of_its_commits_in_order) {
  outcomes of_a;
  outcomes of_b;
  auto a = spawn(of_a);
  auto b = spawn(of_b);
  {
    test::lone_log log{files.db()};
    ASSERT_TRUE(log->admit(1));
    for (std::uint64_t i = 1; i <= 1000; ++i) {
      log->append(1, log->term(1), record("a" + std::to_string(i)), a, i);
      log->append(2, log->term(2), record("b" + std::to_string(i)), b, i);
    }
  }
  EXPECT_TRUE(of_a.await(1000));
  EXPECT_TRUE(of_b.await(1000));
  EXPECT_TRUE(of_a.in_order);
  EXPECT_EQ(of_a.failures + of_b.failures, 0);
  EXPECT_TRUE(files.db().get("a1000")->has_value());
}

TEST_F(log_engine_test, fails_what_belongs_to_an_older_term) {
  outcomes of_a;
  auto a = spawn(of_a);
  test::lone_log log{files.db()};
  log->append(1, log->term(1) + 1, record("never"), a, 1);
  EXPECT_TRUE(of_a.await(1));
  EXPECT_EQ(of_a.failures, 1);
  EXPECT_FALSE(log->reader().get("never")->has_value());
  log->append(1, log->term(1), record("good"), a, 2);
  EXPECT_TRUE(of_a.await(2));
  EXPECT_EQ(of_a.failures, 1);
}

TEST_F(log_engine_test, advances_the_term_of_a_shard_that_lost_a_write) {
  test::temp_dir dir;
  auto opts = files.opts();
  opts.dir = dir.path();
  {
    auto made = storage::store::open(opts);
    ASSERT_TRUE(made) << "a new store needs space";
  }
  opts.reserve_bytes = 1ull << 50; // more than there is
  auto db = storage::store::open(opts);
  ASSERT_TRUE(db) << db.error().detail;
  outcomes of_a;
  auto a = spawn(of_a);
  test::lone_log log{**db};
  auto before = log->term(1);
  log->append(1, before, record("never"), a, 1);
  log->append(1, before, record("nor this"), a, 2);
  ASSERT_TRUE(of_a.await(2));
  EXPECT_EQ(of_a.failures, 2);
  EXPECT_GT(log->term(1), before);
  EXPECT_EQ(log->term(2), before);
  EXPECT_FALSE(log->admit(1));
}

} // namespace
} // namespace parley::cluster
