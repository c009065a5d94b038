#include "cluster/entity_runner.hpp"
#include "cluster/router.hpp"
#include "cluster/type_ids.hpp"
#include "tests/support/actor_runtime.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/fickle_log.hpp"
#include "tests/support/lone_node.hpp"
#include "tests/support/test_store.hpp"

#include <caf/event_based_actor.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

namespace parley::cluster {

/// One of the messages of one thread.
struct numbered {
  int sender = 0;
  int number = 0;
};

/// What the actors of a test do, seen from outside.
struct diary {
  void note(const numbered& n) {
    std::lock_guard held{guard};
    auto& last = latest[n.sender];
    if (n.number != last + 1)
      ++out_of_order;
    last = n.number;
    ++received;
    where = std::this_thread::get_id();
    changed.notify_all();
  }

  bool await(int count) {
    std::unique_lock held{guard};
    return changed.wait_for(held, std::chrono::seconds{30},
                            [&] { return received >= count; });
  }

  std::mutex guard;
  std::condition_variable changed;
  std::map<int, int> latest;
  int received = 0;
  int out_of_order = 0;
  /// Who has received the last one.
  std::thread::id where;
  std::atomic<int> started = 0;
  std::atomic<int> asked = 0;
  std::atomic<bool> refuses = false;
};

} // namespace parley::cluster

CAF_BEGIN_TYPE_ID_BLOCK(shard_test_types, caf::id_block::parley_cluster::end)

  CAF_ADD_TYPE_ID(shard_test_types, (parley::cluster::numbered))

CAF_END_TYPE_ID_BLOCK(shard_test_types)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::cluster::numbered)

namespace parley::cluster {
namespace {

class note_taker final : public caf::event_based_actor {
public:
  note_taker(caf::actor_config& cfg, diary* notes, entity_key key,
             entity_home home)
    : caf::event_based_actor(cfg), notes_(notes), key_(key), home_(home) {
    ++notes_->started;
  }

  caf::behavior make_behavior() override {
    return {
      [this](const numbered& n) { notes_->note(n); },
      [this](const passivate& wish) {
        ++notes_->asked;
        if (notes_->refuses && !wish.for_good)
          return home_.table->stays(key_);
        home_.table->stopped(key_);
        quit();
      },
    };
  }

private:
  diary* notes_;
  const entity_key key_;
  const entity_home home_;
};

entity_key key(int i) {
  return key_of(user_id{"user" + std::to_string(i)});
}

class shard_test : public testing::Test {
protected:
  void start(const router_options& opts) {
    entity_factory make = [this](caf::actor_system& system, auto& k, auto& h) {
      return caf::actor_cast<caf::actor>(
        system.spawn<note_taker>(&notes, k, h));
    };
    node.emplace(runtime.system(), log, others, std::vector{make, make, make},
                 opts);
    test::own_all(*node, opts.shards);
  }

  void say(const entity_key& whom, int sender, int number) {
    node->send(whom, caf::make_message(numbered{sender, number}));
  }

  static steady_clock::time_point in_an_hour() {
    return steady_clock::now() + std::chrono::hours{1};
  }

  /// Sweeps until at most `most` are left.
  bool sweep_down_to(std::size_t most) {
    auto deadline = steady_clock::now() + std::chrono::seconds{20};
    while (node->live(entity_kind::user) > most) {
      if (steady_clock::now() > deadline)
        return false;
      node->sweep(in_an_hour());
      std::this_thread::yield();
    }
    return true;
  }

  ~shard_test() override {
    EXPECT_TRUE(node->stop(steady_clock::now() + std::chrono::seconds{20}));
  }

  test::test_store files;
  test::fickle_log log{files.db()};
  diary notes;
  test::actor_runtime runtime;
  test::no_others others;
  std::optional<router> node;
};

TEST_F(shard_test, neither_loses_nor_reorders_what_meets_a_passivation) {
  constexpr int senders = 4;
  constexpr int messages = 20'000;
  start({2, 1000, std::chrono::milliseconds{0}});
  std::atomic<bool> over = false;
  std::thread sweeper{[&] {
    while (!over)
      node->sweep(in_an_hour());
  }};
  std::vector<std::thread> threads;
  for (int s = 0; s < senders; ++s)
    threads.emplace_back([this, s] {
      for (int i = 1; i <= messages; ++i)
        say(key(s % 2), s, i);
    });
  for (auto& t : threads)
    t.join();
  auto all = senders * messages;
  EXPECT_TRUE(notes.await(all));
  // On a busy machine the sweeper may have slept all the while.
  auto passivated = [this] {
    std::lock_guard held{notes.guard};
    return notes.started > 2;
  };
  for (auto end = steady_clock::now() + std::chrono::seconds{20};
       !passivated() && steady_clock::now() < end;) {
    say(key(0), 0, ++all - (senders - 1) * messages);
    EXPECT_TRUE(notes.await(all));
  }
  over = true;
  sweeper.join();
  EXPECT_TRUE(passivated());
  std::lock_guard held{notes.guard};
  EXPECT_EQ(notes.received, all);
  EXPECT_EQ(notes.out_of_order, 0);
}

// One that has handled a message is at rest a moment later.
TEST_F(shard_test, has_who_lives_told_by_the_thread_that_wishes_to) {
  start({1, 1000, std::chrono::hours{1}});
  entity_runner here;
  auto number = 0;
  say(key(1), 1, ++number);
  ASSERT_TRUE(notes.await(number));
  EXPECT_TRUE(test::eventually([&] {
    node->send(key(1), caf::make_message(numbered{1, ++number}), 0, &here);
    here.run();
    return notes.await(number) && notes.where == std::this_thread::get_id();
  }));
  EXPECT_EQ(notes.out_of_order, 0);
}

TEST_F(shard_test, has_who_must_be_started_told_elsewhere) {
  start({1, 1000, std::chrono::hours{1}});
  entity_runner here;
  node->send(key(1), caf::make_message(numbered{1, 1}), 0, &here);
  EXPECT_TRUE(notes.await(1)) << "and here nobody has run anything";
  EXPECT_NE(notes.where, std::this_thread::get_id());
}

TEST_F(shard_test, passivates_what_is_idle_and_above_the_maximum) {
  start({2, 10, std::chrono::hours{10}});
  for (int i = 0; i < 100; ++i)
    say(key(i), i, 1);
  ASSERT_TRUE(notes.await(100));
  EXPECT_EQ(node->live(entity_kind::user), 100u);
  EXPECT_TRUE(sweep_down_to(10));
  auto left = node->entities(100);
  EXPECT_LE(left.size(), 10u);
  EXPECT_EQ(node->entities(3).size(), 3u);
  auto started = notes.started.load();
  for (int i = 0; i < 100; ++i)
    say(key(i), i, 2);
  ASSERT_TRUE(notes.await(200));
  EXPECT_GT(notes.started, started);
  EXPECT_EQ(notes.out_of_order, 0);
}

TEST_F(shard_test, leaves_alone_what_was_just_used) {
  start({1, 1000, std::chrono::hours{1}});
  say(key(1), 1, 1);
  ASSERT_TRUE(notes.await(1));
  node->sweep(steady_clock::now());
  EXPECT_EQ(notes.asked, 0);
  EXPECT_EQ(node->live(entity_kind::user), 1u);
  EXPECT_EQ(node->live(entity_kind::conversation), 0u);
}

TEST_F(shard_test, lets_an_entity_refuse) {
  start({1, 1000, std::chrono::milliseconds{0}});
  notes.refuses = true;
  say(key(1), 1, 1);
  for (int i = 2; i <= 1000; ++i) {
    node->sweep(in_an_hour());
    say(key(1), 1, i);
  }
  ASSERT_TRUE(notes.await(1000));
  EXPECT_EQ(notes.out_of_order, 0);
  EXPECT_EQ(notes.started, 1);
  EXPECT_GT(notes.asked, 0);
  EXPECT_EQ(node->live(entity_kind::user), 1u);
}

TEST_F(shard_test, stops_all_and_drops_what_comes_later) {
  start({4, 1000, std::chrono::hours{1}});
  notes.refuses = true; // but not for good
  for (int i = 0; i < 50; ++i)
    say(key(i), i, 1);
  node->sweep(in_an_hour());
  EXPECT_TRUE(node->stop(steady_clock::now() + std::chrono::seconds{20}));
  EXPECT_EQ(notes.received, 50);
  EXPECT_EQ(node->live(entity_kind::user), 0u);
  say(key(1), 1, 2);
  EXPECT_EQ(node->live(entity_kind::user), 0u);
}

/// The way to another node, with a queue that may be full.
class narrow_way final : public carrier {
public:
  bool carry(node_id, const entity_key&, const caf::message& what,
             unsigned) override {
    if (!full)
      carried.push_back(what.get_as<numbered>(0).number);
    return !full;
  }

  void refuse(const caf::message&, const error&) override {
    ++refused;
  }

  bool full = false;
  std::vector<int> carried;
  int refused = 0;
};

TEST(shard_elsewhere_test, sends_what_waits_as_soon_as_there_is_room) {
  test::actor_runtime runtime;
  test::test_store files;
  test::fickle_log log{files.db()};
  narrow_way way;
  std::vector<entity_factory> none;
  shard s{0, runtime.system(), log, way, none};
  auto key = key_of(user_id{"alice"});
  s.set_owner({false, 2});
  way.full = true;
  for (int number : {1, 2})
    s.deliver(key, caf::make_message(numbered{1, number}));
  way.full = false;
  s.deliver(key, caf::make_message(numbered{1, 3}));
  EXPECT_EQ(way.carried, (std::vector<int>{1, 2, 3}));
  way.full = true;
  s.deliver(key, caf::make_message(numbered{1, 4}));
  way.full = false;
  s.retry();
  s.deliver(key, caf::make_message(numbered{1, 5}));
  EXPECT_EQ(way.carried, (std::vector<int>{1, 2, 3, 4, 5}));
  EXPECT_EQ(way.refused, 0);
}

/// Tells the asker, who lives where it asked.
class telling_carrier final : public carrier {
public:
  bool carry(node_id, const entity_key&, const caf::message&,
             unsigned) override {
    return false;
  }

  void refuse(const caf::message& what, const error&) override {
    if (what.match_elements<numbered>() && refused++ == 0)
      back->send(key(1), caf::make_message(numbered{2, 1}));
  }

  router* back = nullptr;
  int refused = 0;
};

TEST(shard_refusal_test, may_send_to_the_shard_that_refuses) {
  test::actor_runtime runtime;
  test::test_store files;
  test::lone_log log{files.db(), 1};
  telling_carrier others;
  router node{runtime.system(), *log, others, {}, {1, 10, {}}};
  others.back = &node;
  node.send(key(1), caf::make_message(numbered{1, 1}));
  auto later = steady_clock::now() + std::chrono::hours{1};
  node.sweep(later);
  EXPECT_EQ(others.refused, 1);
  node.sweep(later);
  EXPECT_EQ(others.refused, 2) << "what was told waits for an owner as well";
  node.stop(later);
}

} // namespace
} // namespace parley::cluster
