#include "tests/system/redis/roster_fixture.hpp"

namespace parley::cluster::presence {
namespace {

/// A master with a replica, and a sentinel that watches them.
class failover_test : public roster_fixture {
protected:
  failover_test()
    : replica({"--replicaof", "127.0.0.1", std::to_string(master.port())}),
      sentinel(redis_process::sentinel_of(master)) {
    one = start(watched(1));
    two = start(watched(2));
  }

  options watched(node_id node) const {
    auto out = options_of(node);
    out.sentinels = {address_of(sentinel)};
    out.masters = {"main"};
    return out;
  }

  /// The sentinel knows the replica, and the replica has what the master has.
  bool settled() const {
    return eventually([&] {
      return sentinel.cli("SENTINEL replicas main").find("master-link-status")
               != std::string::npos
             && replica.cli("INFO replication").find("master_link_status:up")
                  != std::string::npos
             && replica.cli("EXISTS parley:lease:1") == "1";
    });
  }

  bool failed_over() const {
    return eventually([&] {
      return sentinel.cli("SENTINEL get-master-addr-by-name main")
               .find(std::to_string(replica.port()))
             != std::string::npos;
    });
  }

  redis_process master;
  redis_process replica;
  redis_process sentinel;
  std::unique_ptr<roster> one;
  std::unique_ptr<roster> two;
};

TEST_F(failover_test, a_replica_that_lost_writes_is_told_again) {
  for (int i = 0; i < 200; ++i)
    one->session_opened(nth_user(i));
  ASSERT_TRUE(sees_first(*two, 200, 200));
  ASSERT_TRUE(settled());
  // From here on the replica gets nothing, and does not know it.
  replica.stop_running();
  for (int i = 100; i < 200; ++i)
    one->session_closed(nth_user(i), 5);
  one->session_opened(alice);
  ASSERT_TRUE(sees(*two, alice, true));
  ASSERT_TRUE(sees_first(*two, 100, 200));
  master.kill();
  replica.go_on_running();
  ASSERT_TRUE(failed_over());
  EXPECT_TRUE(sees(*two, alice, true));
  EXPECT_TRUE(sees_first(*two, 100, 200));
  EXPECT_EQ(replica.cli("EXISTS parley:user:alice"), "1");
}

TEST_F(failover_test, a_master_that_was_stopped_and_wakes_is_not_believed) {
  one->session_opened(alice);
  ASSERT_TRUE(sees(*two, alice, true));
  ASSERT_TRUE(settled());
  master.stop_running();
  one->session_closed(alice, 5);
  one->session_opened(bob);
  ASSERT_TRUE(failed_over());
  EXPECT_TRUE(sees(*two, bob, true));
  EXPECT_TRUE(sees(*two, alice, false));
  master.go_on_running();
  one->session_opened(nth_user(1));
  EXPECT_TRUE(sees(*two, nth_user(1), true));
  EXPECT_TRUE(
    eventually([&] { return replica.cli("EXISTS parley:user:user1") == "1"; }));
}

} // namespace
} // namespace parley::cluster::presence
