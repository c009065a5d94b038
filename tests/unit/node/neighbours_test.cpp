#include "actors/factories.hpp"
#include "actors/type_ids.hpp"
#include "cluster/router.hpp"
#include "node/neighbours.hpp"
#include "tests/support/actor_runtime.hpp"
#include "tests/support/recording_gateway.hpp"
#include "tests/support/test_store.hpp"

#include <caf/event_based_actor.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <vector>

namespace parley::node {
namespace {

using namespace parley::actors;

/// An entity that hands on the first answer it gets.
class asker final : public caf::event_based_actor {
public:
  asker(caf::actor_config& cfg, std::promise<actors::response>* got,
        cluster::entity_key key, cluster::entity_home home)
    : caf::event_based_actor(cfg), got_(got), key_(key), home_(home) {}

  caf::behavior make_behavior() override {
    return {
      [this](actors::response& r) { got_->set_value(std::move(r)); },
      [this](const cluster::passivate&) {
        home_.table->stopped(key_);
        quit();
      },
    };
  }

private:
  std::promise<actors::response>* got_;
  const cluster::entity_key key_;
  const cluster::entity_home home_;
};

/// A node by itself, all of whose entities are askers.
class neighbours_test : public testing::Test {
protected:
  neighbours_test() {
    others.connect(services, out, keys);
    for (cluster::shard_id i = 0; i < shards; ++i)
      router.set_owner(i, {true, 1});
  }

  ~neighbours_test() override {
    EXPECT_TRUE(router.stop(steady_clock::now() + std::chrono::seconds{30}));
    member->stop();
  }

  std::unique_ptr<cluster::member> open() {
    cluster::member_options opts;
    opts.node_name = "n1";
    opts.shards = shards;
    return *cluster::member::open(files.db(), opts);
  }

  std::vector<cluster::entity_factory> factories() {
    cluster::entity_factory make = [this](auto& system, auto& key, auto& home) {
      return caf::actor_cast<caf::actor>(
        system.template spawn<asker>(&answered, key, home));
    };
    return {make, make, make};
  }

  static caf::message question(reply_address from) {
    return caf::make_message(user_request{{}, std::move(from), 0, show_user{}});
  }

  static constexpr std::uint32_t shards = 4;
  static inline const error why{errc::unavailable, "no owner", {}, 500};

  std::promise<actors::response> answered;
  test::actor_runtime runtime;
  test::test_store files;
  std::unique_ptr<cluster::member> member = open();
  neighbours others{*member, files.db()};
  test::recording_gateway local;
  remote_gateway out{local, 1, others.links()};
  net::signing_keys keys{auth::key_ring{}};
  message_trace trace;
  watchdog dog{watchdog_options{}};
  actors::services services{system_clock(), out, router, trace, dog, {}};
  cluster::router router{
    runtime.system(), member->log(), others, factories(), {shards, 100, {}}};
};

TEST_F(neighbours_test, a_refusal_reaches_the_entity_that_asked) {
  others.refuse(question(entity_address{cluster::key_of(user_id{"alice"}), 7}),
                why);
  auto got = answered.get_future();
  ASSERT_EQ(got.wait_for(std::chrono::seconds{30}), std::future_status::ready);
  auto said = got.get();
  EXPECT_EQ(said.token, 7u);
  ASSERT_FALSE(said.what);
  EXPECT_EQ(said.what.error(), why);
}

TEST_F(neighbours_test, a_refusal_reaches_the_call_that_asked) {
  others.refuse(question(call_address{1, 0, 5}), why);
  auto got = local.await(5);
  ASSERT_TRUE(got);
  ASSERT_FALSE(*got);
  EXPECT_EQ(got->error(), why);
}

TEST_F(neighbours_test, nobody_is_told_who_did_not_ask) {
  others.refuse(question({}), why);
  others.refuse(caf::make_message(response{7, done{}}), why);
  EXPECT_TRUE(local.entries().empty());
}

} // namespace
} // namespace parley::node
