#pragma once

#include "actors/factories.hpp"
#include "actors/type_ids.hpp"
#include "cluster/router.hpp"
#include "tests/support/actor_runtime.hpp"
#include "tests/support/fickle_log.hpp"
#include "tests/support/lone_node.hpp"
#include "tests/support/recording_gateway.hpp"
#include "tests/support/test_store.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace parley::actors {

/// What lives from the start of a node to its end.
struct test_node {
  test_node(caf::actor_system& system, storage::store& db,
            cluster::shard_log& log)
    : with{system_clock(),
           out,
           router,
           trace,
           dog,
           {std::chrono::milliseconds{50},
            std::chrono::milliseconds{10},
            std::chrono::milliseconds{10},
            {std::chrono::seconds{20}, std::chrono::milliseconds{50}},
            queues()}},
      router(system, log, others, factories(with), {shards, 1000, {}}) {
    test::own_all(router, shards);
    for (storage::shard_id i = 0; i < shards; ++i)
      if (auto woken = wake_outboxes(with, db, i); !woken)
        throw std::runtime_error{woken.error().detail};
    for (storage::shard_id i = 0; i < shards; ++i)
      if (auto healed = heal_planted(with, db, i); !healed)
        throw std::runtime_error{healed.error().detail};
  }

  ~test_node() {
    EXPECT_TRUE(router.stop(steady_clock::now() + std::chrono::seconds{20}));
  }

  static std::map<std::string, match::policy> queues() {
    match::policy x;
    x.attributes = match::usual_attributes();
    x.away_grace = std::chrono::milliseconds{100};
    return {{"default", x}, {"other", x}};
  }

  static constexpr std::uint32_t shards = 8;

  test::recording_gateway out;
  message_trace trace;
  watchdog dog{watchdog_options{}};
  services with;
  test::no_others others;
  cluster::router router;
};

/// Entities on a real actor system and store. `log` obeys the test.
class entity_fixture : public testing::Test {
protected:
  entity_fixture() {
    start();
  }

  ~entity_fixture() override {
    log->release();
    EXPECT_EQ(node->out.answered_twice(), 0u);
    node.reset();
  }

  void start() {
    log = std::make_unique<test::fickle_log>(files.db());
    node = std::make_unique<test_node>(runtime.system(), files.db(), *log);
  }

  /// A stop in good order, and a start on the same store.
  void restart() {
    node.reset();
    log.reset();
    files.reopen();
    start();
  }

  template <class Command>
  std::uint64_t ask(const user_id& by, const conversation_id& whom, Command m) {
    auto call = ++calls_;
    node->router.send(cluster::key_of(whom),
                      caf::make_message(conversation_request{
                        {by, 7, false},
                        call_address{1, 0, call},
                        steady_us(),
                        conversation_command{std::move(m)}}));
    return call;
  }

  template <class Command>
  std::uint64_t ask_user(const user_id& by, const user_id& whom, Command m) {
    auto call = ++calls_;
    node->router.send(cluster::key_of(whom), caf::make_message(user_request{
                                               {by, 7, false},
                                               call_address{1, 0, call},
                                               steady_us(),
                                               user_command{std::move(m)}}));
    return call;
  }

  result<reply> answer_to(std::uint64_t call) {
    if (auto got = node->out.await(call))
      return *got;
    ADD_FAILURE() << "no answer to call " << call;
    return error{errc::internal, "no answer"};
  }

  template <class Reply>
  Reply reply_to(std::uint64_t call) {
    auto got = answer_to(call);
    if (got && std::holds_alternative<Reply>(*got))
      return std::get<Reply>(*got);
    ADD_FAILURE() << (got ? "another reply" : got.error().detail);
    return {};
  }

  errc refusal_of(std::uint64_t call) {
    auto got = answer_to(call);
    EXPECT_FALSE(got);
    return got ? errc{} : got.error().code;
  }

  void sign_up(const user_id& user) {
    reply_to<account>(
      ask_user(user, user,
               actors::sign_up{user.str(),
                               "$hash",
                               false,
                               {family_id{"f"}, "dev", "refresh", 1ll << 60}}));
  }

  template <class... Users>
  void sign_up_all(const Users&... users) {
    (sign_up(users), ...);
  }

  static send_message text(std::string name, user_id to = {}) {
    send_message m;
    m.to = to;
    m.client_id = client_id{name};
    m.type = "text";
    m.text = std::move(name);
    return m;
  }

  conversation_id make_group(const user_id& by, std::vector<user_id> members) {
    auto id = named_group(by, "group");
    reply_to<conversation_summary>(
      ask_user(by, by, start_group{id, {"t", false, std::move(members)}}));
    return id;
  }

  std::size_t outbox_rows() {
    std::size_t count = 0;
    for (std::uint32_t shard = 0; shard < test_node::shards; ++shard) {
      auto rows = storage::outbox_range(static_cast<storage::shard_id>(shard));
      auto seen = files.db().scan(rows, [&](auto, auto) {
        ++count;
        return true;
      });
      EXPECT_TRUE(seen);
    }
    return count;
  }

  /// Waits until nobody has anything to tell another, and then keeps the log
  /// from committing.
  void hold_when_quiet() {
    auto deadline = steady_clock::now() + test::recording_gateway::patience;
    while (outbox_rows() > 0 && steady_clock::now() < deadline)
      std::this_thread::yield();
    EXPECT_EQ(outbox_rows(), 0u);
    log->hold();
  }

  static inline const user_id alice{"alice"};
  static inline const user_id bob{"bob"};
  static inline const user_id carol{"carol"};

  test::actor_runtime runtime;
  test::test_store files;
  std::unique_ptr<test::fickle_log> log;
  std::unique_ptr<test_node> node;

private:
  std::uint64_t calls_ = 0;
};

} // namespace parley::actors
