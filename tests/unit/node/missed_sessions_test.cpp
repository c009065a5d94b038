#include "actors/factories.hpp"
#include "actors/type_ids.hpp"
#include "cluster/router.hpp"
#include "node/neighbours.hpp"
#include "storage/big_endian.hpp"
#include "tests/support/actor_runtime.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/recording_gateway.hpp"
#include "tests/support/test_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::node {
namespace {

constexpr node_id other = 2;
constexpr auto entities = cluster::link::first_channel + 1;
constexpr auto ownership = cluster::link::first_channel + 2;

/// What a link to another node took, which may be full.
struct lane {
  std::atomic<bool> full = false;
  std::mutex guard;
  std::vector<std::string> taken;
  cluster::link::link_listener* listener = nullptr;

  std::vector<std::string> seen() {
    std::lock_guard held{guard};
    return taken;
  }

  void arrive(cluster::link::channel_id channel, std::string_view payload) {
    cluster::link::frame one{channel, payload};
    listener->received(other, {&one, 1});
  }
};

class lane_network final : public cluster::link::network {
public:
  explicit lane_network(lane& to) : lane_(to) {}

  std::string address() const override {
    return "127.0.0.1:1";
  }

  void start(const cluster::link::identity&,
             cluster::link::link_listener& to) override {
    lane_.listener = &to;
  }

  void set_peers(const std::vector<cluster::link::peer_address>&) override {}

  bool send(node_id, cluster::link::urgency, cluster::link::channel_id channel,
            std::span<const std::string_view> pieces) override {
    if (lane_.full)
      return false;
    if (channel != entities)
      return true;
    std::string payload;
    for (auto piece : pieces)
      payload += piece;
    std::lock_guard held{lane_.guard};
    lane_.taken.push_back(std::move(payload));
    return true;
  }

  void request(const std::string&, std::string, cluster::link::milliseconds,
               cluster::link::reply_to then) override {
    then(error{errc::io_failed, "nobody"});
  }

  std::vector<cluster::link::link_info> list() const override {
    return {};
  }

  void stop() override {}

private:
  lane& lane_;
};

/// Node 1 of a cluster; node 2, whose sessions it speaks to, is the test.
class missed_sessions_test : public testing::Test {
protected:
  missed_sessions_test() {
    others.connect(services, out, keys);
    member->run(others);
    add_other();
  }

  ~missed_sessions_test() override {
    EXPECT_TRUE(router.stop(steady_clock::now() + std::chrono::seconds{30}));
    member->stop();
  }

  /// So that the map knows node 2.
  void add_other() {
    ASSERT_TRUE(test::eventually([&] { return member->owns_map(); }));
    std::atomic<bool> done = false;
    member->change_here(
      [](const cluster::cluster_map& map) -> result<storage::write_set> {
        storage::write_set writes;
        auto row = map.nodes.at(1);
        row.id = other;
        row.name = "n2";
        put(writes, row);
        return writes;
      },
      [&](const result<void>& outcome) { done = outcome.has_value(); });
    ASSERT_TRUE(test::eventually(
      [&] { return done.load() && member->map()->find(other); }));
  }

  std::unique_ptr<cluster::member> open() {
    cluster::member_options opts;
    opts.cluster_name = "test";
    opts.bootstrap = true;
    opts.node_name = "n1";
    opts.shards = shards;
    return *cluster::member::open(files.db(), opts,
                                  std::make_unique<lane_network>(way));
  }

  static constexpr std::uint32_t shards = 4;

  lane way;
  test::actor_runtime runtime;
  test::test_store files;
  std::unique_ptr<cluster::member> member = open();
  neighbours others{*member, files.db()};
  test::recording_gateway local;
  remote_gateway out{local, 1, others.links()};
  net::signing_keys keys{auth::key_ring{}};
  actors::message_trace trace;
  actors::watchdog dog{actors::watchdog_options{}};
  actors::services services{system_clock(), out, router, trace, dog, {}};
  cluster::router router{runtime.system(),
                         member->log(),
                         others,
                         actors::factories(services),
                         {shards, 100, {}}};
};

TEST_F(missed_sessions_test, are_told_to_ask_anew_once_the_lane_has_room) {
  way.full = true;
  out.close(other, 7, actors::close_reason::banned);
  others.tell_doubtful();
  EXPECT_TRUE(way.seen().empty());
  way.full = false;
  others.tell_doubtful();
  ASSERT_EQ(way.seen().size(), 1u);
  EXPECT_EQ(way.seen().front(), "\xFE");
  others.tell_doubtful();
  EXPECT_EQ(way.seen().size(), 1u) << "once is enough";
}

TEST_F(missed_sessions_test, nobody_is_told_who_missed_nothing) {
  out.close(other, 7, actors::close_reason::banned);
  others.tell_doubtful();
  ASSERT_EQ(way.seen().size(), 1u);
  EXPECT_EQ(way.seen().front().front(), '\xFF');
}

TEST_F(missed_sessions_test, ask_the_owners_that_could_not_tell_them) {
  auto key = cluster::key_of(user_id{"alice"});
  auto shard = router.shard_number(key);
  std::string row;
  storage::append_big_endian(row, shard);
  storage::append_big_endian(row, std::uint64_t{1'000'000});
  way.arrive(ownership, row);
  ASSERT_EQ(member->owner_of(shard).node, other);
  auto before = router.upsets(key);
  way.arrive(entities, "\xFE");
  EXPECT_GT(router.upsets(key), before);
}

TEST_F(missed_sessions_test, a_request_that_no_link_carries_is_refused) {
  auto key = cluster::key_of(user_id{"alice"});
  actors::update_profile wish;
  wish.display_name = std::string(cluster::member::send_bytes_max + 1, 'x');
  auto what = caf::make_message(actors::user_request{
    {}, actors::call_address{1, 0, 5}, 0, std::move(wish)});
  EXPECT_TRUE(others.carry(other, key, what, 0));
  others.tell_doubtful();
  auto got = local.await(5);
  ASSERT_TRUE(got);
  ASSERT_FALSE(*got);
  EXPECT_EQ(got->error().code, errc::too_large);
}

} // namespace
} // namespace parley::node
