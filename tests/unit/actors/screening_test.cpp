#include "tests/unit/actors/entity_fixture.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

namespace parley::actors {
namespace {

/// Keeps what it is asked until the test says what is to become of it.
class patient_screen final : public message_screen {
public:
  void look(screened_text what,
            std::function<void(screen_verdict)> then) override {
    std::lock_guard held{guard_};
    asked_.push_back({std::move(what), std::move(then)});
    changed_.notify_all();
  }

  /// Waits until so many have come, and returns the last of them.
  screened_text await(std::size_t count) {
    std::unique_lock held{guard_};
    EXPECT_TRUE(changed_.wait_for(held, test::recording_gateway::patience,
                                  [&] { return asked_.size() >= count; }));
    return asked_.at(count - 1).what;
  }

  std::size_t count() {
    std::lock_guard held{guard_};
    return asked_.size();
  }

  void say(std::size_t nth, screen_verdict what) {
    std::function<void(screen_verdict)> then;
    {
      std::lock_guard held{guard_};
      then = std::exchange(asked_.at(nth - 1).then, nullptr);
    }
    then(std::move(what));
  }

private:
  struct entry {
    screened_text what;
    std::function<void(screen_verdict)> then;
  };

  std::mutex guard_;
  std::condition_variable changed_;
  std::vector<entry> asked_;
};

const screen_verdict fine = std::optional<std::string>{};

class screening_test : public entity_fixture {
protected:
  screening_test() {
    sign_up_all(alice, bob);
    node->with.screen = &screen;
  }

  std::uint64_t send(const user_id& by, const user_id& to, std::string name) {
    return ask(by, room, text(std::move(name), to));
  }

  const conversation_id room = direct_conversation(alice, bob);
  patient_screen screen;
};

TEST_F(screening_test, accepts_nothing_before_it_was_looked_at) {
  auto call = send(alice, bob, "hi");
  auto what = screen.await(1);
  EXPECT_EQ(what.conversation, room);
  EXPECT_EQ(what.sender, alice);
  EXPECT_EQ(what.text, "hi");
  EXPECT_FALSE(node->out.answered(call));
  screen.say(1, fine);
  EXPECT_EQ(reply_to<sent>(call).at, 1u);
}

TEST_F(screening_test, refuses_what_is_blocked_and_replaces_what_is_not_fine) {
  auto blocked = send(alice, bob, "bad");
  screen.await(1);
  screen.say(1, error{errc::forbidden, "no", "text"});
  EXPECT_EQ(refusal_of(blocked), errc::forbidden);
  auto replaced = send(alice, bob, "so-so");
  screen.await(2);
  screen.say(2, std::optional<std::string>{"good"});
  EXPECT_EQ(reply_to<sent>(replaced).at, 1u);
  auto page = reply_to<history_page>(ask(bob, room, read_history{0, {}, 9}));
  ASSERT_EQ(page.messages.size(), 1u);
  EXPECT_EQ(page.messages[0].content.text, "good");
}

TEST_F(screening_test, keeps_the_order_of_a_sender_and_lets_others_go_ahead) {
  auto first = send(alice, bob, "one");
  screen.await(1);
  screen.say(1, fine);
  reply_to<sent>(first);
  auto slow = send(alice, bob, "two");
  auto quick = send(alice, bob, "three");
  screen.await(3);
  auto other = send(bob, alice, "four");
  screen.await(4);
  screen.say(3, fine);
  screen.say(4, fine);
  EXPECT_EQ(reply_to<sent>(other).at, 2u);
  EXPECT_FALSE(node->out.answered(quick));
  screen.say(2, fine);
  EXPECT_EQ(reply_to<sent>(slow).at, 3u);
  EXPECT_EQ(reply_to<sent>(quick).at, 4u);
}

TEST_F(screening_test, asks_nothing_about_what_is_not_accepted_anyway) {
  auto first = send(alice, bob, "one");
  screen.await(1);
  screen.say(1, fine);
  auto at = reply_to<sent>(first).at;
  EXPECT_TRUE(reply_to<sent>(send(alice, bob, "one")).duplicate);
  EXPECT_EQ(refusal_of(send(carol, bob, "let me in")), errc::not_found);
  EXPECT_EQ(refusal_of(ask(bob, room, edit_message{at, "not mine"})),
            errc::forbidden);
  EXPECT_EQ(screen.count(), 1u);
}

TEST_F(screening_test, looks_at_edits) {
  auto first = send(alice, bob, "one");
  screen.await(1);
  screen.say(1, fine);
  auto at = reply_to<sent>(first).at;
  auto edit = ask(alice, room, edit_message{at, "worse"});
  EXPECT_EQ(screen.await(2).edits, at);
  screen.say(2, error{errc::forbidden, "no", "text"});
  EXPECT_EQ(refusal_of(edit), errc::forbidden);
}

TEST_F(screening_test, answers_what_it_waits_for_when_the_state_is_lost) {
  auto first = send(alice, bob, "one");
  screen.await(1);
  screen.say(1, fine);
  reply_to<sent>(first);
  auto waits = send(alice, bob, "two");
  screen.await(2);
  hold_when_quiet();
  ask(bob, room, mute{1});
  ASSERT_TRUE(log->await(1));
  log->lose();
  EXPECT_EQ(refusal_of(waits), errc::unavailable);
  screen.say(2, fine);
}

} // namespace
} // namespace parley::actors
