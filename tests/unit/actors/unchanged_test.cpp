#include "base/limits.hpp"
#include "tests/unit/actors/conversation_fixture.hpp"

#include <functional>
#include <string>
#include <vector>

// What a call asks for may be so already: then nothing is written, for each
// write goes to the disks of a majority, and nobody is told.
namespace parley::actors {
namespace {

class unchanged_conversation_test : public conversation_fixture {
protected:
  unchanged_conversation_test() {
    create({bob}, true);
    message_ = say(bob, "two");
    run(bob, edit_message{message_, "zwei"});
  }

  // Changes something once, and nothing the second time.
  template <class Command>
  void expect_once(const user_id& by, const Command& m) {
    auto first = run(by, m);
    EXPECT_TRUE(first.answer);
    EXPECT_FALSE(first.writes.empty());
    for (int i = 0; i < 2; ++i) {
      auto again = run(by, m);
      EXPECT_TRUE(again.answer);
      EXPECT_TRUE(again.writes.empty());
      EXPECT_TRUE(again.tell.empty());
      reload();
    }
  }

  seq message_ = 0;
};

TEST_F(unchanged_conversation_test, takes_each_change_once) {
  expect_once(alice, update_group{"title", {}});
  expect_once(alice, update_group{{}, false});
  expect_once(alice, update_group{"another", true});
  expect_once(bob, edit_message{message_, "deux"});
  expect_once(bob, actors::react{message_, "+", false});
  expect_once(bob, actors::react{message_, "+", true});
  expect_once(bob, actors::mute{now + 1000});
  expect_once(bob, actors::mute{0});
  expect_once(alice, mark{message_ + 1, false});
  expect_once(alice, mark{message_ + 2, true});
  expect_once(alice, invite{{carol}});
  expect_once(alice, set_role{bob, storage::member_role::admin});
}

TEST_F(unchanged_conversation_test, goes_on_telling_what_did_change) {
  run(alice, update_group{"title", false});
  auto d = run(alice, update_group{"title", true});
  EXPECT_FALSE(d.writes.empty());
  EXPECT_EQ(d.tell.size(), 1u);
}

TEST_F(unchanged_conversation_test, tells_nobody_who_types_among_many) {
  std::vector<user_id> many;
  for (std::size_t i = 0; i < limits::named_receipts_members_max; ++i)
    many.emplace_back("user" + std::to_string(i));
  EXPECT_FALSE(run(bob, set_typing{true}).tell.empty());
  run(bob, set_typing{false});
  run(alice, invite{many});
  ASSERT_TRUE(state->large());
  for (auto on : {true, false}) {
    auto d = run(bob, set_typing{on});
    EXPECT_TRUE(d.answer);
    EXPECT_TRUE(d.tell.empty());
  }
  EXPECT_EQ(refusal(dave, set_typing{true}), errc::not_found);
}

} // namespace
} // namespace parley::actors
