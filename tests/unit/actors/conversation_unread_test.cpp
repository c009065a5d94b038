#include "base/limits.hpp"
#include "tests/unit/actors/conversation_fixture.hpp"

#include <map>
#include <random>

namespace parley::actors {
namespace {

class conversation_unread_test : public conversation_fixture {
protected:
  conversation_unread_test() {
    create({bob, carol});
  }
};

TEST_F(conversation_unread_test, counts_the_messages_of_others) {
  say(alice, "1");
  say(bob, "2");
  say(bob, "3");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(look(alice).unread, 2u);
    EXPECT_EQ(look(bob).unread, 1u);
    EXPECT_EQ(look(carol).unread, 3u);
    reload();
  }
}

TEST_F(conversation_unread_test, does_not_count_what_is_no_message) {
  auto at = say(alice, "1");
  run(alice, edit_message{at, "2"});
  run(bob, react{at, "+"});
  EXPECT_EQ(look(bob).unread, 1u);
}

TEST_F(conversation_unread_test, does_not_count_what_was_deleted) {
  auto first = say(alice, "1");
  say(alice, "2");
  auto own = say(bob, "3");
  run(alice, delete_message{first});
  run(bob, delete_message{own});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(look(bob).unread, 1u);
    EXPECT_EQ(look(carol).unread, 1u);
    EXPECT_EQ(look(alice).unread, 0u);
    reload();
  }
}

TEST_F(conversation_unread_test, moves_pointers_forward_only) {
  auto first = say(alice, "1");
  auto second = say(alice, "2");
  must<done>(bob, mark{second, true});
  EXPECT_EQ(look(bob).unread, 0u);
  EXPECT_TRUE(run(bob, mark{first, true}).writes.empty());
  EXPECT_TRUE(run(bob, mark{second, false}).writes.empty())
    << "what is read was delivered";
  EXPECT_EQ(look(bob).read_seq, second);
  EXPECT_EQ(refusal(bob, mark{second + 1, true}), errc::bad_params);
  EXPECT_EQ(refusal(dave, mark{1, true}), errc::not_found);
  reload();
  EXPECT_EQ(look(bob).read_seq, second);
}

TEST_F(conversation_unread_test, keeps_delivered_and_read_apart) {
  auto at = say(alice, "1");
  must<done>(bob, mark{at, false});
  EXPECT_EQ(look(bob).unread, 1u);
  auto all = must<conversation_details>(bob, show_conversation{{}, 9});
  EXPECT_EQ(all.members.at(1).delivered_seq, at);
  EXPECT_LT(all.members.at(1).read_seq, at);
}

/// What the rules say, done the simple way.
struct model {
  struct entry {
    user_id sender;
    bool is_message = false;
  };
  std::vector<entry> log;
  std::map<user_id, seq> read;

  std::uint64_t unread(const user_id& user) const {
    std::uint64_t count = 0;
    for (seq at = read.at(user) + 1; at <= log.size(); ++at)
      if (log[at - 1].is_message && log[at - 1].sender != user)
        ++count;
    return count;
  }
};

class conversation_unread_property
  : public conversation_unread_test,
    public testing::WithParamInterface<std::uint32_t> {
protected:
  void step(std::mt19937& dice) {
    const user_id users[] = {alice, bob, carol};
    auto& who = users[dice() % 3];
    auto what = dice() % 100;
    if (what < 60) {
      decide(who, text("x"));
      known.log.push_back({who, true});
    } else if (what < 70) {
      decide(alice, update_group{"t" + std::to_string(dice()), {}});
      known.log.push_back({alice, false});
    } else if (what < 90) {
      // Nobody is told of a place before it is committed.
      commit();
      auto at = 1 + dice() % known.log.size();
      decide(who, mark{at, true});
      known.read[who] = std::max<seq>(known.read[who], at);
    } else if (what < 92) {
      commit();
      reload();
      compare();
    } else if (what < 93) {
      // Comes again, with everything read.
      decide(alice, remove_member{carol});
      decide(alice, invite{{carol}});
      known.log.push_back({alice, false});
      known.log.push_back({alice, false});
      known.read[carol] = known.log.size();
    } else if (what < 96) {
      commit();
      compare();
    }
  }

  void compare() {
    for (auto& [user, at] : known.read) {
      auto seen = look(user);
      ASSERT_EQ(seen.read_seq, at) << user.view();
      ASSERT_EQ(seen.unread, known.unread(user))
        << user.view() << " after " << known.log.size();
      ASSERT_EQ(seen.last_seq, known.log.size());
    }
  }

  model known{{{alice, false}}, {{alice, 1}, {bob, 1}, {carol, 1}}};
};

TEST_P(conversation_unread_property, agrees_with_a_simple_count) {
  std::mt19937 dice{GetParam()};
  for (int i = 0; i < 1500 && !HasFatalFailure(); ++i)
    step(dice);
  commit();
  reload();
  compare();
  auto page = history(alice, 0, 0, 200);
  std::uint64_t ordinal = 0;
  for (auto more = true; more;) {
    for (auto& m : page.messages)
      ASSERT_EQ(m.content.ordinal, ++ordinal);
    more = page.has_more;
    page = history(alice, 0, page.messages.back().at, 200);
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, conversation_unread_property,
                         testing::Range(1u, 9u));

TEST_F(conversation_unread_test, counts_across_a_thousand_messages) {
  const user_id users[] = {alice, bob, carol};
  seq last = 1;
  for (int i = 0; i < 1000; ++i) {
    decide(users[i % 2], text("x"));
    ++last;
    if (i % 100 == 99) {
      commit();
      decide(alice, mark{last - 50, true});
      commit();
      reload();
      EXPECT_EQ(look(alice).unread, 25u);
      EXPECT_EQ(look(bob).unread, static_cast<std::uint64_t>(i + 1) / 2);
      EXPECT_EQ(look(carol).unread, static_cast<std::uint64_t>(i + 1));
    }
  }
}

} // namespace
} // namespace parley::actors
