#include "actors/trace.hpp"
#include "actors/type_ids.hpp"
#include "auth/random.hpp"
#include "auth/token.hpp"
#include "net/server.hpp"
#include "net/session_ids.hpp"
#include "net/signing_keys.hpp"
#include "tests/support/actor_runtime.hpp"
#include "tests/support/lone_node.hpp"
#include "tests/support/test_store.hpp"
#include "tests/unit/net/web_client.hpp"

#include <gtest/gtest.h>

#include <any>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <variant>

namespace parley::net {
namespace {

constexpr std::uint32_t shards = 64;

const user_id alice{"alice"};
const conversation_id room{"g.00000000000000000000000001"};

/// A request that was sent to the owner of a shard, which is another node.
struct asked {
  std::uint64_t call = 0;
  /// The command.
  std::any what;
};

class recording_carrier final : public cluster::carrier {
public:
  bool carry(node_id, const cluster::entity_key&, const caf::message& what,
             unsigned) override {
    std::lock_guard held{guard_};
    if (what.match_elements<actors::user_request>())
      add(what.get_as<actors::user_request>(0));
    else if (what.match_elements<actors::conversation_request>())
      add(what.get_as<actors::conversation_request>(0));
    changed_.notify_all();
    return true;
  }

  void refuse(const caf::message&, const error&) override {}

  /// The next request; in the order in which they were sent.
  asked next() {
    std::unique_lock held{guard_};
    changed_.wait_for(held, std::chrono::seconds{50},
                      [&] { return !requests_.empty(); });
    if (requests_.empty())
      throw std::runtime_error{"nothing was asked"};
    auto out = std::move(requests_.front());
    requests_.pop_front();
    return out;
  }

private:
  template <class Request>
  void add(const Request& from) {
    asked one;
    if (const auto* to = std::get_if<actors::call_address>(&from.reply_to))
      one.call = to->call;
    std::visit([&](const auto& command) { one.what = command; }, from.body);
    requests_.push_back(std::move(one));
  }

  std::mutex guard_;
  std::condition_variable changed_;
  std::deque<asked> requests_;
};

struct no_api final : http_api {
  void handle(http_context, http_request, respond) override {}
};

struct no_listener final : session_listener {
  void session_opened(const user_id&) override {}
  void session_closed(const user_id&) override {}
  void status_changed(const user_id&, actors::presence_status) override {}
};

/// The network of a node whose shards are all owned by another, and one client.
class moved_shard_test : public testing::Test {
protected:
  moved_shard_test() {
    for (std::uint32_t i = 0; i < shards; ++i)
      router.set_owner(static_cast<cluster::shard_id>(i), {false, 2});
    options opts;
    opts.node = 5;
    opts.client.port = 0;
    opts.ops.port = 0;
    opts.stall_timeout = milliseconds{100};
    server_parts parts{
      router, trace, limits, listener, [this] { return keys.now(); },
      *ice,   api,   api};
    network = *server::start(opts, parts, way);
    auto now = system_clock().now_ms();
    auto token
      = auth::issue(*keys.now(), {alice, family, false, now, now + 900'000});
    client.emplace(network->client_address(), *token);
  }

  ~moved_shard_test() override {
    network.reset();
    router.stop(steady_clock::now());
  }

  template <class Command>
  Command expect(std::uint64_t& call) {
    auto got = others.next();
    call = got.call;
    if (const auto* x = std::any_cast<Command>(&got.what))
      return *x;
    ADD_FAILURE() << "another command";
    return {};
  }

  template <class Command>
  Command expect() {
    std::uint64_t call = 0;
    return expect<Command>(call);
  }

  void answer(std::uint64_t call, result<actors::reply> what) {
    way.answer({5, 0, call}, std::move(what));
  }

  void let_in(std::uint64_t call) {
    actors::attached got;
    got.user.id = alice;
    got.conversations = {room};
    answer(call, std::move(got));
  }

  /// Waits until the client is attached.
  actors::attach open() {
    std::uint64_t call = 0;
    auto asked = expect<actors::attach>(call);
    let_in(call);
    ping();
    return asked;
  }

  void ping() {
    client->send(R"({"jsonrpc":"2.0","id":0,"method":"session.ping"})");
    EXPECT_NE(client->receive().find("server_ts"), std::string::npos);
  }

  void type() {
    client->send(
      R"({"jsonrpc":"2.0","id":1,"method":"conversation.leave",)"
      R"("params":{"conversation":"g.00000000000000000000000001"}})");
  }

  void expect_unavailable() {
    auto got = client->receive();
    EXPECT_NE(got.find(R"("code":503)"), std::string::npos) << got;
    EXPECT_NE(got.find("the owner changed"), std::string::npos) << got;
    EXPECT_NE(got.find(R"("retry_after_ms":100)"), std::string::npos) << got;
  }

  static std::uint16_t shard_of(const auto& id) {
    return cluster::shard_of(cluster::key_of(id), shards);
  }

  test::actor_runtime runtime;
  test::test_store files;
  test::lone_log log{files.db(), 1};
  recording_carrier others;
  cluster::router router{runtime.system(), *log, others, {}, {shards, 10, {}}};
  actors::message_trace trace;
  rate_limits limits{rate_options{}};
  std::unique_ptr<ice_servers> ice = *ice_servers::open({});
  no_listener listener;
  no_api api;
  signing_keys keys{auth::key_ring{}.rotated(
    system_clock().now_ms(), std::chrono::minutes{15}, auth::random_bytes(32))};
  gateway way{1};
  const family_id family = auth::random_family();
  std::unique_ptr<server> network;
  std::optional<web_client> client;
};

TEST_F(moved_shard_test, registers_sessions_again) {
  auto first = open();
  EXPECT_EQ(first.node, 5U);
  EXPECT_EQ(first.session >> session_node_shift, 5U);
  network->shard_moved(shard_of(alice));
  std::uint64_t call = 0;
  auto again = expect<actors::reattach>(call);
  EXPECT_EQ(again.node, 5U);
  EXPECT_EQ(again.session, first.session);
  EXPECT_EQ(again.family, family);
  EXPECT_GT(again.since, 0);
  let_in(call);
  ping();
}

TEST_F(moved_shard_test, closes_sessions_that_are_no_longer_good) {
  open();
  network->shard_moved(shard_of(alice));
  std::uint64_t call = 0;
  expect<actors::reattach>(call);
  answer(call, error{errc::unauthenticated, "session revoked"});
  EXPECT_EQ(client->receive_close(), 4501U);
}

TEST_F(moved_shard_test, asks_again_while_the_owner_cannot_say) {
  open();
  network->shard_moved(shard_of(alice));
  std::uint64_t call = 0;
  expect<actors::reattach>(call);
  answer(call, error{errc::unavailable, "no owner"});
  expect<actors::reattach>(call);
  network->shard_moved(shard_of(alice));
  std::uint64_t last = 0;
  expect<actors::reattach>(last);
  answer(call, error{errc::unauthenticated, "of an owner that is none"});
  let_in(last);
  ping();
}

TEST_F(moved_shard_test, tells_a_new_owner_also_who_has_left_meanwhile) {
  auto first = open();
  network->shard_moved(shard_of(alice));
  expect<actors::reattach>();
  client->leave();
  EXPECT_EQ(expect<actors::reattach>().session, first.session);
  EXPECT_EQ(expect<actors::detach>().session, first.session);
}

TEST_F(moved_shard_test, gives_up_calls_whose_answer_may_be_lost) {
  open();
  type();
  std::uint64_t call = 0;
  expect<actors::leave>(call);
  network->shard_moved(shard_of(room));
  expect_unavailable();
  answer(call, actors::changed{7});
  expect<actors::announce_position>();
  ping();
}

TEST_F(moved_shard_test, keeps_calls_that_wait_for_an_owner) {
  open();
  network->shard_lost(shard_of(room));
  ping();
  type();
  std::uint64_t call = 0;
  expect<actors::leave>(call);
  network->shard_moved(shard_of(room));
  expect<actors::announce_position>();
  answer(call, actors::changed{7});
  EXPECT_NE(client->receive().find(R"("seq":7)"), std::string::npos);
}

TEST_F(moved_shard_test, asks_anew_for_a_session_that_is_being_opened) {
  std::uint64_t lost = 0;
  std::uint64_t call = 0;
  auto first = expect<actors::attach>(lost);
  network->shard_moved(shard_of(alice));
  EXPECT_EQ(expect<actors::attach>(call).session, first.session);
  answer(lost, error{errc::unavailable, "too late"});
  let_in(call);
  ping();
}

TEST_F(moved_shard_test, tells_sessions_what_they_have_missed) {
  open();
  network->shard_moved(shard_of(room));
  expect<actors::announce_position>();
  actors::publication where;
  where.conversation = room;
  where.what = actors::position{room, 7, system_clock().now_ms()};
  way.publish(where);
  auto got = client->receive();
  EXPECT_NE(got.find("event.gap"), std::string::npos) << got;
  EXPECT_NE(got.find(R"("last_seq":7)"), std::string::npos) << got;
  way.publish(where);
  ping();
}

TEST_F(moved_shard_test, doubts_an_event_that_comes_together_with_the_move) {
  open();
  std::promise<void> both_wait;
  network->list_sessions(1, [&](auto) { both_wait.get_future().wait(); });
  network->shard_moved(shard_of(room));
  actors::publication said;
  said.conversation = room;
  said.what = actors::message{room, 8, {}};
  way.publish(said);
  both_wait.set_value();
  auto got = client->receive();
  EXPECT_NE(got.find("event.gap"), std::string::npos) << got;
  EXPECT_NE(got.find(R"("last_seq":8)"), std::string::npos) << got;
}

} // namespace
} // namespace parley::net
