#include "cluster/entity_runner.hpp"
#include "cluster/shard_log.hpp"
#include "cluster/type_ids.hpp"
#include "tests/support/actor_runtime.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace parley::cluster {
namespace {

/// Who has handled what, in order.
class log_of_threads {
public:
  struct entry {
    std::uint64_t ticket = 0;
    std::thread::id where;
  };

  void add(std::uint64_t ticket) {
    std::lock_guard held{guard_};
    entries_.push_back({ticket, std::this_thread::get_id()});
    changed_.notify_all();
  }

  /// What is known once there are so many; less after a long time.
  std::vector<entry> wait_for(std::size_t count) {
    std::unique_lock held{guard_};
    changed_.wait_for(held, std::chrono::seconds{20},
                      [&] { return entries_.size() >= count; });
    return entries_;
  }

private:
  std::mutex guard_;
  std::condition_variable changed_;
  std::vector<entry> entries_;
};

/// Notes what it is told, and tells `next`, if that is somebody.
class listening_entity final : public caf::event_based_actor {
public:
  listening_entity(caf::actor_config& cfg, log_of_threads* seen,
                   const caf::actor& next)
    : caf::event_based_actor(cfg), seen_(seen), next_(next) {}

  caf::behavior make_behavior() override {
    return {[this](const committed& upto) {
      seen_->add(upto.ticket);
      if (next_)
        send(next_, committed{upto.ticket + 1});
    }};
  }

private:
  log_of_threads* seen_;
  caf::actor next_;
};

class entity_runner_test : public testing::Test {
protected:
  caf::actor make(const caf::actor& next = {}) {
    return runtime.system().spawn<listening_entity, caf::lazy_init>(&seen,
                                                                    next);
  }

  const std::thread::id here = std::this_thread::get_id();
  log_of_threads seen;
  test::actor_runtime runtime;
  entity_runner runner;
};

TEST_F(entity_runner_test, runs_a_few_where_it_is_asked_to) {
  auto one = make();
  auto two = make();
  for (std::uint64_t round = 0; round < 3; ++round) {
    runner.tell_committed(one, 2 * round);
    runner.tell_committed(two, 2 * round + 1);
    runner.run();
    auto all = seen.wait_for(0);
    ASSERT_EQ(all.size(), 2 * round + 2) << "when it returns it is done";
    EXPECT_EQ(all.back().where, here);
  }
}

TEST_F(entity_runner_test, leaves_many_to_the_actor_system) {
  std::vector<caf::actor> many;
  for (std::size_t i = 0; i <= entity_runner::few; ++i)
    runner.tell_committed(many.emplace_back(make()), i);
  auto all = seen.wait_for(many.size());
  EXPECT_EQ(all.size(), many.size());
  for (const auto& each : all)
    EXPECT_NE(each.where, here);
}

TEST_F(entity_runner_test, leaves_those_who_come_later_to_it_as_well) {
  std::vector<caf::actor> many;
  for (std::size_t i = 0; i <= entity_runner::few + 1; ++i)
    runner.tell_committed(many.emplace_back(make()), i);
  EXPECT_EQ(seen.wait_for(many.size()).size(), many.size());
  runner.run();
  runner.tell_committed(many[0], 9);
  runner.run();
  EXPECT_EQ(seen.wait_for(many.size() + 1).back().ticket, 9u)
    << "and after a run there are few again";
}

TEST_F(entity_runner_test, hands_over_messages_of_any_kind) {
  auto one = make();
  runner.tell(one, caf::make_message(committed{7}));
  runner.run();
  auto all = seen.wait_for(0);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].ticket, 7u);
  EXPECT_EQ(all[0].where, here);
}

TEST_F(entity_runner_test, leaves_all_to_it_where_none_is_to_run_here) {
  auto one = make();
  runner.tell_committed(one, 1);
  runner.run(true);
  auto all = seen.wait_for(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_NE(all[0].where, here);
}

TEST_F(entity_runner_test, runs_one_message_of_each) {
  auto one = make();
  runner.tell_committed(one, 1);
  caf::anon_send(one, committed{2});
  runner.run();
  auto all = seen.wait_for(2);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].where, here);
  EXPECT_NE(all[1].where, here);
}

TEST_F(entity_runner_test, leaves_to_it_whom_they_wake) {
  auto woken = make();
  auto one = make(woken);
  runner.tell_committed(one, 1);
  runner.run();
  auto all = seen.wait_for(2);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].where, here);
  EXPECT_NE(all[1].where, here);
  EXPECT_EQ(all[1].ticket, 2u);
}

TEST_F(entity_runner_test, takes_those_who_are_gone) {
  auto one = make();
  caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
  runner.tell_committed(one, 1);
  runner.run();
  runner.tell_committed(one, 2);
  runner.run();
  runtime.system().await_all_actors_done();
}

} // namespace
} // namespace parley::cluster
