#include "base/metrics.hpp"
#include "tests/system/redis/roster_fixture.hpp"

namespace parley::cluster::presence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

using roster_test = roster_fixture;

TEST_F(roster_test, without_redis_a_node_knows_itself) {
  auto one = start(options_of(1));
  one->session_opened(alice);
  one->session_opened(alice);
  one->status_changed(alice, status::busy);
  EXPECT_EQ(look_up(*one, alice), (view{alice, {1}, status::busy, 0, false}));
  EXPECT_EQ(look_up(*one, bob), (view{bob}));
  auto nodes = list(*one);
  ASSERT_EQ(nodes.nodes.size(), 1u);
  EXPECT_EQ(nodes.nodes[0].users, 1u);
  EXPECT_EQ(nodes.nodes[0].sessions, 2u);
  EXPECT_FALSE(one->shared());
}

TEST_F(roster_test, nodes_see_each_others_users) {
  redis_process redis;
  auto one = start(options_of(1, redis));
  auto two = start(options_of(2, redis));
  one->session_opened(alice);
  EXPECT_TRUE(sees(*two, alice, true));
  EXPECT_THAT(look_up(*two, alice).nodes, ElementsAre(1u));
  two->session_opened(alice);
  EXPECT_TRUE(
    eventually([&] { return look_up(*one, alice).nodes.size() == 2; }));
  one->status_changed(alice, status::away);
  EXPECT_TRUE(
    eventually([&] { return look_up(*two, alice).status == status::away; }));
  one->session_closed(alice, 1'000);
  two->session_closed(alice, 2'000);
  EXPECT_TRUE(sees(*two, alice, false));
  EXPECT_TRUE(
    eventually([&] { return look_up(*one, alice).last_seen == 2'000; }));
}

TEST_F(roster_test, the_layout_is_as_documented) {
  redis_process redis;
  auto with = options_of(1, redis);
  with.prefix = "chat:";
  auto one = start(with);
  one->session_opened(alice);
  one->status_changed(alice, status::busy);
  ASSERT_TRUE(eventually(
    [&] { return redis.cli("HGET chat:user:alice status") == "busy"; }));
  EXPECT_THAT(redis.cli("HGET chat:user:alice 1"),
              MatchesRegex("on [0-9a-f]+\\.[0-9]+ [0-9]+"));
  ASSERT_TRUE(eventually([&] {
    return redis.cli("GET chat:lease:1").find(" 1 1 ") != std::string::npos;
  }));
  EXPECT_THAT(redis.cli("GET chat:lease:1"),
              MatchesRegex("[0-9a-f]+\\.[0-9]+ ready 1 1 [0-9]+ n1"));
  EXPECT_EQ(redis.cli("ZRANGE chat:nodes 0 -1"), "1");
  EXPECT_GT(std::stol(redis.cli("TTL chat:user:alice")), 29 * 24 * 3600);
  auto left = std::stol(redis.cli("PTTL chat:lease:1"));
  EXPECT_GT(left, 0);
  EXPECT_LE(left, 1'500);
  one->session_closed(alice, 77);
  EXPECT_TRUE(eventually(
    [&] { return redis.cli("HGET chat:user:alice 1").starts_with("off "); }));
  EXPECT_THAT(redis.cli("HGET chat:user:alice 1"),
              MatchesRegex("off [0-9a-f]+\\.[0-9]+ 77"));
  EXPECT_EQ(redis.cli("DBSIZE"), "3") << "nothing else";
}

TEST_F(roster_test, a_connection_costs_two_writes) {
  redis_process redis;
  auto one = start(options_of(1, redis));
  auto two = start(options_of(2, redis));
  constexpr int users = 2'000;
  ASSERT_TRUE(sees(*one, alice, false));
  for (int i = 0; i < users; ++i)
    one->session_opened(nth_user(i));
  ASSERT_TRUE(sees_first(*two, users, users));
  for (int i = 0; i < users; ++i)
    one->session_closed(nth_user(i), 5);
  ASSERT_TRUE(sees_first(*two, 0, users));
  EXPECT_EQ(redis.calls("hset"), 2 * users);
  EXPECT_EQ(redis.calls("expire"), users);
  EXPECT_LT(redis.calls("set"), 100) << "leases are a node's, not a user's";
}

TEST_F(roster_test, the_death_of_a_node_voids_its_entries_untouched) {
  redis_process redis;
  auto one = start(options_of(1, redis));
  auto two = start(options_of(2, redis));
  for (int i = 0; i < 500; ++i)
    one->session_opened(nth_user(i));
  ASSERT_TRUE(sees_first(*two, 500, 500));
  auto writes = redis.calls("hset");
  one.reset();
  EXPECT_TRUE(sees_first(*two, 0, 500));
  EXPECT_EQ(redis.calls("hset"), writes);
  EXPECT_GT(look_up(*two, nth_user(7)).last_seen, 0);
  EXPECT_EQ(list(*two).nodes.size(), 1u);
}

TEST_F(roster_test, a_node_that_leaves_is_gone_at_once) {
  redis_process redis;
  auto with = options_of(1, redis);
  with.lease = 9s;
  auto one = start(with);
  auto two = start(options_of(2, redis));
  one->session_opened(alice);
  ASSERT_TRUE(sees(*two, alice, true));
  one->session_closed(alice, 5);
  one->leave(5s);
  EXPECT_EQ(redis.cli("EXISTS parley:lease:1"), "0");
  EXPECT_TRUE(redis.cli("HGET parley:user:alice 1").starts_with("off "));
}

TEST_F(roster_test, nodes_are_listed_with_their_counts) {
  redis_process redis;
  auto one = start(options_of(1, redis));
  auto two = start(options_of(2, redis));
  one->session_opened(alice);
  one->session_opened(alice);
  one->session_opened(bob);
  EXPECT_TRUE(eventually([&] {
    auto seen = list(*two);
    return !seen.stale && seen.nodes.size() == 2 && seen.nodes[0].users == 2
           && seen.nodes[0].sessions == 3 && seen.nodes[0].name == "n1"
           && seen.nodes[1].users == 0;
  }));
}

TEST_F(roster_test, users_are_spread_over_redises) {
  redis_process first;
  redis_process second;
  auto with = options_of(1);
  with.servers = {address_of(first), address_of(second)};
  auto one = start(with);
  with.node = 2;
  auto two = start(with);
  for (int i = 0; i < 400; ++i)
    one->session_opened(nth_user(i));
  ASSERT_TRUE(sees_first(*two, 400, 400));
  for (const auto* each : {&first, &second}) {
    EXPECT_EQ(each->cli("EXISTS parley:lease:1 parley:lease:2"), "2");
    EXPECT_NEAR(std::stol(each->cli("DBSIZE")), 200, 60);
  }
  second.kill();
  std::vector<user_id> users;
  for (int i = 0; i < 400; ++i)
    users.push_back(nth_user(i));
  EXPECT_TRUE(eventually([&] {
    auto seen = look_up(*two, users);
    auto stale = std::count_if(seen.begin(), seen.end(),
                               [](const auto& x) { return x.stale; });
    return stale > 140 && stale < 260;
  }));
}

TEST_F(roster_test, a_user_a_password_and_a_database_are_used) {
  redis_process redis;
  redis.cli("ACL SETUSER keeper on '>secret' '~*' '+@all'");
  redis.cli("ACL SETUSER default off");
  auto with = options_of(1, redis);
  with.database = 3;
  with.login = {"keeper", "wrong"};
  auto refused = start(with);
  with.login.password = "secret";
  auto one = start(with);
  one->session_opened(alice);
  EXPECT_TRUE(eventually([&] {
    return redis.cli("--no-auth-warning --user keeper --pass secret -n 3 "
                     "EXISTS parley:user:alice")
           == "1";
  }));
  EXPECT_TRUE(look_up(*refused, alice).stale);
}

TEST_F(roster_test, a_unix_socket_will_do) {
  test::temp_dir dir;
  auto path = (dir.path() / "redis.sock").string();
  redis_process redis{{"--unixsocket", path}};
  auto with = options_of(1);
  with.servers = {{{}, 0, path}};
  auto one = start(with);
  one->session_opened(alice);
  EXPECT_TRUE(
    eventually([&] { return redis.cli("EXISTS parley:user:alice") == "1"; }));
}

TEST_F(roster_test, metrics_tell_how_it_is) {
  redis_process redis;
  auto one = start(options_of(1, redis));
  one->session_opened(alice);
  ASSERT_TRUE(
    eventually([&] { return redis.cli("EXISTS parley:user:alice") == "1"; }));
  auto text = metrics::scrape();
  EXPECT_THAT(text, HasSubstr("\nredis_up 1\n"));
  for (const auto* name :
       {"redis_commands_total", "redis_errors_total", "presence_dirty",
        "presence_reasserted_total", "redis_latency_seconds_bucket"})
    EXPECT_THAT(text, HasSubstr(name));
}

} // namespace
} // namespace parley::cluster::presence
