#include "actors/entity.hpp"
#include "tests/unit/actors/entity_fixture.hpp"

#include <atomic>
#include <stdexcept>

namespace parley::actors {
namespace {

/// What the actor of a test is to do, and what it did.
struct script {
  std::atomic<bool> throws_in_handler = false;
  std::atomic<bool> throws_in_answer = false;
  std::atomic<bool> fails_to_load = false;
  std::atomic<int> loads = 0;
};

/// Writes a row for each command and counts them in memory and in the store.
class counting_entity final : public entity {
public:
  counting_entity(caf::actor_config& cfg, services* with,
                  const cluster::entity_key& key,
                  const cluster::entity_home& home, script* plan)
    : entity(cfg, with, key, home), plan_(plan) {}

private:
  caf::behavior awake() override {
    return caf::message_handler{[this](user_request& r) { handle(r); }}.or_else(
      common());
  }

  result<void> load() override {
    ++plan_->loads;
    if (plan_->fails_to_load)
      return error{errc::corrupt, "a damaged record"};
    count_ = 0;
    return home_.log->reader().scan({"row", "rox"}, [this](auto, auto) {
      ++count_;
      return true;
    });
  }

  void unload() override {
    count_ = 1'000'000; // nobody may build on it
  }

  outbox* rows() override {
    return nullptr;
  }

  std::string row_key(std::uint64_t) const override {
    return {};
  }

  bool busy(bool) const override {
    return false;
  }

  void receive(actors::response&) override {
    if (plan_->throws_in_answer.exchange(false))
      throw std::runtime_error{"in an answer"};
  }

  void handle(user_request& r) {
    attend("count", r.sent_us, r.reply_to, true, [&] {
      if (plan_->throws_in_handler.exchange(false))
        throw std::runtime_error{"in a handler"};
      decision d;
      auto name = std::to_string(++count_);
      d.writes.put("row" + std::string(8 - name.size(), '0') + name, "");
      d.answer = changed{count_};
      settle(std::move(d), r.reply_to);
    });
  }

  script* plan_;
  seq count_ = 0;
};

class entity_test : public testing::Test {
protected:
  entity_test()
    : with{system_clock(), out, router, trace, dog, {}},
      router(runtime.system(), log, others, {make(), make(), make()},
             {1, 100, std::chrono::hours{1}}) {
    test::own_all(router, 1);
  }

  ~entity_test() override {
    log.release();
    EXPECT_TRUE(router.stop(steady_clock::now() + std::chrono::seconds{20}));
    EXPECT_EQ(out.answered_twice(), 0u);
  }

  cluster::entity_factory make() {
    return [this](caf::actor_system& system, auto& key, auto& home) {
      return caf::actor_cast<caf::actor>(
        system.spawn<counting_entity>(&with, key, home, &plan));
    };
  }

  std::uint64_t ask() {
    auto call = ++calls;
    router.send(who,
                caf::make_message(user_request{
                  {}, call_address{1, 0, call}, steady_us(), show_user{}}));
    return call;
  }

  /// The count that a call was answered with; 0 with an error.
  seq count_of(std::uint64_t call) {
    auto got = out.await(call);
    EXPECT_TRUE(got);
    return got && *got ? std::get<changed>(**got).at : 0;
  }

  errc refusal_of(std::uint64_t call) {
    auto got = out.await(call);
    EXPECT_TRUE(got && !*got);
    return got && !*got ? got->error().code : errc{};
  }

  const cluster::entity_key who = cluster::key_of(user_id{"alice"});
  script plan;
  test::test_store files;
  test::fickle_log log{files.db()};
  test::recording_gateway out;
  message_trace trace;
  watchdog dog{watchdog_options{}};
  test::actor_runtime runtime;
  services with;
  test::no_others others;
  cluster::router router;
  std::uint64_t calls = 0;
};

TEST_F(entity_test, answers_internal_when_a_handler_throws) {
  EXPECT_EQ(count_of(ask()), 1u);
  plan.throws_in_handler = true;
  EXPECT_EQ(refusal_of(ask()), errc::internal);
  EXPECT_EQ(count_of(ask()), 2u);
  EXPECT_EQ(plan.loads, 2);
}

TEST_F(entity_test, waits_for_what_is_under_way_before_it_reads_anew) {
  EXPECT_EQ(count_of(ask()), 1u);
  log.hold();
  auto first = ask();
  auto second = ask();
  ASSERT_TRUE(log.await(2));
  plan.throws_in_handler = true;
  EXPECT_EQ(refusal_of(ask()), errc::internal);
  std::vector<std::uint64_t> later;
  for (int i = 0; i < 50; ++i)
    later.push_back(ask());
  EXPECT_FALSE(out.answered(first));
  log.release();
  EXPECT_EQ(count_of(first), 2u);
  EXPECT_EQ(count_of(second), 3u);
  seq expected = 3;
  for (auto call : later)
    EXPECT_EQ(count_of(call), ++expected);
  EXPECT_EQ(plan.loads, 2);
}

TEST_F(entity_test, answers_what_is_lost_in_order_and_goes_on) {
  EXPECT_EQ(count_of(ask()), 1u);
  log.hold();
  std::vector<std::uint64_t> lost;
  for (int i = 0; i < 20; ++i)
    lost.push_back(ask());
  ASSERT_TRUE(log.await(20));
  log.lose();
  EXPECT_EQ(count_of(ask()), 2u);
  for (auto call : lost)
    EXPECT_EQ(refusal_of(call), errc::unavailable);
  std::uint64_t last = 0;
  for (auto& e : out.entries()) {
    EXPECT_GT(e.call, last);
    last = e.call;
  }
}

TEST_F(entity_test, survives_an_answer_that_throws) {
  EXPECT_EQ(count_of(ask()), 1u);
  plan.throws_in_answer = true;
  router.send(who, caf::make_message(response{5, done{}}));
  EXPECT_EQ(count_of(ask()), 2u);
  EXPECT_EQ(plan.loads, 2);
}

TEST_F(entity_test, says_what_it_can_not_read_and_tries_again) {
  plan.fails_to_load = true;
  EXPECT_EQ(refusal_of(ask()), errc::corrupt);
  EXPECT_EQ(refusal_of(ask()), errc::corrupt);
  plan.fails_to_load = false;
  EXPECT_EQ(count_of(ask()), 1u);
}

TEST_F(entity_test, commits_what_it_has_before_it_stops) {
  log.hold();
  auto call = ask();
  ASSERT_TRUE(log.await(1));
  EXPECT_FALSE(router.stop(steady_clock::now() + std::chrono::milliseconds{5}));
  EXPECT_FALSE(out.answered(call));
  log.release();
  EXPECT_EQ(count_of(call), 1u);
  EXPECT_TRUE(router.stop(steady_clock::now() + std::chrono::seconds{20}));
}

} // namespace
} // namespace parley::actors
