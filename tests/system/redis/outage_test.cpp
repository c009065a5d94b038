#include "tests/system/redis/roster_fixture.hpp"

namespace parley::cluster::presence {
namespace {

using testing::HasSubstr;

/// What Redis does must not be felt by those who open and close sessions.
class outage_test : public roster_fixture {
protected:
  outage_test() {
    one = start(options_of(1, redis));
    two = start(options_of(2, redis));
  }

  template <class Call>
  void quickly(const Call& call) {
    auto began = steady_clock::now();
    call();
    slowest = std::max(slowest, steady_clock::now() - began);
  }

  redis_process redis;
  std::unique_ptr<roster> one;
  std::unique_ptr<roster> two;
  steady_clock::duration slowest{};
};

TEST_F(outage_test, a_redis_restarted_empty_is_told_again) {
  for (int i = 0; i < 1'000; ++i)
    one->session_opened(nth_user(i));
  one->status_changed(nth_user(3), status::busy);
  ASSERT_TRUE(sees_first(*two, 1'000, 1'000));
  redis.kill();
  EXPECT_TRUE(eventually([&] { return look_up(*two, nth_user(0)).stale; }));
  EXPECT_FALSE(look_up(*one, nth_user(0)).stale) << "it is one's own";
  EXPECT_TRUE(look_up(*one, bob).stale);
  // Meanwhile some come and some go.
  for (int i = 800; i < 1'000; ++i)
    quickly([&] { one->session_closed(nth_user(i), 5); });
  for (int i = 1'000; i < 1'100; ++i)
    quickly([&] { one->session_opened(nth_user(i)); });
  EXPECT_LT(slowest, 100ms);
  redis.start();
  ASSERT_TRUE(sees_first(*two, 800, 1'000));
  EXPECT_FALSE(look_up(*two, nth_user(1'050)).nodes.empty());
  EXPECT_EQ(look_up(*two, nth_user(3)).status, status::busy);
}

TEST_F(outage_test, a_stopped_redis_delays_nobody) {
  one->session_opened(alice);
  ASSERT_TRUE(sees(*two, alice, true));
  redis.stop_running();
  for (int i = 0; i < 5'000; ++i)
    quickly([&] { one->session_opened(nth_user(i)); });
  EXPECT_LT(slowest, 100ms);
  auto began = steady_clock::now();
  auto seen = look_up(*two, alice);
  EXPECT_LT(steady_clock::now() - began, 1s);
  EXPECT_TRUE(seen.stale);
  one->session_closed(alice, 5);
  redis.go_on_running();
  EXPECT_TRUE(sees(*two, alice, false));
  EXPECT_TRUE(sees_first(*two, 500, 500));
}

TEST_F(outage_test, what_was_flushed_is_told_again) {
  one->session_opened(alice);
  ASSERT_TRUE(sees(*two, alice, true));
  redis.cli("FLUSHALL");
  EXPECT_TRUE(
    eventually([&] { return redis.cli("EXISTS parley:user:alice") == "1"; }));
  EXPECT_TRUE(sees(*two, alice, true));
}

TEST_F(outage_test, a_broken_connection_alone_loses_nothing) {
  one->session_opened(alice);
  ASSERT_TRUE(sees(*two, alice, true));
  auto lease = redis.cli("GET parley:lease:1");
  auto writes = redis.calls("hset");
  redis.cli("CLIENT KILL TYPE normal");
  one->session_opened(bob);
  EXPECT_TRUE(sees(*two, bob, true));
  EXPECT_EQ(redis.calls("hset"), writes + 1) << "alice was not told again";
  auto now = redis.cli("GET parley:lease:1");
  EXPECT_EQ(now.substr(0, now.find(' ')), lease.substr(0, lease.find(' ')));
}

TEST_F(outage_test, who_left_after_the_last_save_does_not_come_back) {
  one->session_opened(alice);
  one->session_opened(bob);
  ASSERT_TRUE(sees(*two, bob, true));
  ASSERT_EQ(redis.cli("SAVE"), "OK");
  one->session_closed(bob, 5);
  ASSERT_TRUE(sees(*two, bob, false));
  redis.kill();
  redis.start();
  ASSERT_TRUE(redis.cli("HGET parley:user:bob 1").starts_with("on "))
    << "it came back as it was saved";
  EXPECT_TRUE(sees(*two, bob, false));
  EXPECT_TRUE(sees(*two, alice, true));
}

TEST_F(outage_test, telling_again_is_no_flood) {
  auto with = options_of(3, redis);
  with.reassert_rate = 1'000;
  auto three = start(with);
  for (int i = 0; i < 3'000; ++i)
    three->session_opened(nth_user(i));
  ASSERT_TRUE(sees_first(*two, 3'000, 3'000));
  redis.kill();
  redis.start();
  auto began = steady_clock::now();
  ASSERT_TRUE(eventually([&] {
    return redis.cli("GET parley:lease:3").find("asserting")
           != std::string::npos;
  }));
  // Those who were not told again yet are not taken for absent.
  EXPECT_TRUE(look_up(*two, bob).stale);
  ASSERT_TRUE(sees_first(*two, 3'000, 3'000));
  EXPECT_GT(steady_clock::now() - began, 2s);
  EXPECT_EQ(redis.calls("hset"), 3'000);
}

TEST_F(outage_test, what_waits_for_a_redis_that_is_gone_is_bounded) {
  auto with = options_of(3, redis);
  with.changes_max = 100;
  auto three = start(with);
  three->session_opened(alice);
  ASSERT_TRUE(sees(*two, alice, true));
  redis.stop_running();
  three->session_closed(alice, 5);
  for (int i = 0; i < 20'000; ++i) {
    three->session_opened(nth_user(i));
    if (i >= 50)
      three->session_closed(nth_user(i), 5);
  }
  redis.go_on_running();
  EXPECT_TRUE(sees(*two, alice, false)) << "forgotten, so void";
  EXPECT_TRUE(sees_first(*two, 50, 500));
}

TEST_F(outage_test, a_refusing_redis_is_not_hammered) {
  one->session_opened(alice);
  ASSERT_TRUE(sees(*two, alice, true));
  redis.cli("CONFIG SET maxmemory 1");
  auto tries = redis.calls("hset");
  one->session_opened(bob);
  EXPECT_TRUE(eventually([&] {
    return redis.cli("INFO errorstats").find("OOM") != std::string::npos;
  }));
  redis.cli("CONFIG SET maxmemory 0");
  EXPECT_TRUE(sees(*two, bob, true));
  EXPECT_LT(redis.calls("hset") - tries, 20);
}

} // namespace
} // namespace parley::cluster::presence
