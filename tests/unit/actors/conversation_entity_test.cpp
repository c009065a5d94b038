#include "tests/support/eventually.hpp"
#include "tests/unit/actors/entity_fixture.hpp"

#include <atomic>
#include <set>
#include <thread>

namespace parley::actors {
namespace {

class conversation_entity_test : public entity_fixture {
protected:
  conversation_entity_test() {
    sign_up_all(alice, bob);
    direct = direct_conversation(alice, bob);
  }

  conversation_id direct;
};

TEST_F(conversation_entity_test, answers_and_tells_only_what_is_committed) {
  auto group = make_group(alice, {bob});
  hold_when_quiet();
  std::vector<std::uint64_t> calls;
  for (int i = 0; i < 20; ++i)
    calls.push_back(ask(alice, group, text("m" + std::to_string(i))));
  auto look = ask(bob, group, summarise{});
  ASSERT_TRUE(log->await(20));
  auto before = node->out.entries().size();
  for (auto call : calls)
    EXPECT_FALSE(node->out.answered(call));
  log->release();
  seq expected = 2;
  for (auto call : calls)
    EXPECT_EQ(reply_to<sent>(call).at, expected++);
  EXPECT_EQ(reply_to<conversation_summary>(look).last_seq, 21u);
  auto said = node->out.entries();
  seq told = 2;
  std::uint64_t answered = 0;
  for (auto i = before; i < said.size(); ++i) {
    if (said[i].told) {
      EXPECT_EQ(std::get<message>(said[i].told->what).at, told++);
    }
    if (said[i].call != 0) {
      EXPECT_GT(said[i].call, answered) << "in the order of the commands";
      answered = said[i].call;
    }
  }
  EXPECT_EQ(told, 22u);
}

TEST_F(conversation_entity_test, says_unavailable_for_what_is_lost) {
  auto group = make_group(alice, {bob});
  auto first = reply_to<sent>(ask(alice, group, text("kept"))).at;
  hold_when_quiet();
  std::vector<std::uint64_t> lost;
  for (int i = 0; i < 10; ++i)
    lost.push_back(ask(alice, group, text("m" + std::to_string(i))));
  auto look = ask(bob, group, summarise{});
  ASSERT_TRUE(log->await(10));
  log->lose();
  std::vector<std::uint64_t> again;
  for (int i = 0; i < 10; ++i)
    again.push_back(ask(alice, group, text("m" + std::to_string(i))));
  for (auto call : lost)
    EXPECT_EQ(refusal_of(call), errc::unavailable);
  EXPECT_EQ(refusal_of(look), errc::unavailable) << "it had seen what is lost";
  seq expected = first;
  for (auto call : again) {
    auto got = reply_to<sent>(call);
    EXPECT_EQ(got.at, ++expected) << "no place is skipped or used twice";
    EXPECT_FALSE(got.duplicate);
  }
  EXPECT_TRUE(node->out.await_entry([&](auto& e) {
    auto m = e.told ? std::get_if<message>(&e.told->what) : nullptr;
    return m && m->at == expected;
  }));
  std::vector<seq> told;
  for (auto& e : node->out.entries())
    if (e.told && std::holds_alternative<message>(e.told->what))
      told.push_back(std::get<message>(e.told->what).at);
  ASSERT_EQ(told.size(), 11u);
  EXPECT_EQ(told.back(), expected);
}

TEST_F(conversation_entity_test, keeps_the_order_of_what_waits_while_draining) {
  auto group = make_group(alice, {bob});
  hold_when_quiet();
  ask(alice, group, text("lost"));
  ASSERT_TRUE(log->await(1));
  log->lose();
  std::vector<std::uint64_t> calls;
  for (int i = 0; i < 200; ++i)
    calls.push_back(ask(alice, group, text("n" + std::to_string(i))));
  seq last = 0;
  for (auto call : calls) {
    auto got = answer_to(call);
    ASSERT_TRUE(got) << got.error().detail;
    auto at = std::get<sent>(*got).at;
    EXPECT_GT(at, last);
    last = at;
  }
}

TEST_F(conversation_entity_test, announces_what_it_could_not_tell) {
  auto group = make_group(alice, {bob});
  log->set_lapsed(true);
  auto call = ask(alice, group, text("untold"));
  EXPECT_EQ(refusal_of(call), errc::unavailable);
  log->set_lapsed(false);
  EXPECT_TRUE(node->out.await_entry([](auto& e) {
    auto now = e.told ? std::get_if<position>(&e.told->what) : nullptr;
    return now && now->at == 2;
  }))
    << "though nobody asks";
}

TEST_F(conversation_entity_test, refuses_writes_and_reads_on_while_full) {
  auto group = make_group(alice, {bob});
  log->set_full(true);
  EXPECT_EQ(refusal_of(ask(alice, group, text("x"))), errc::unavailable);
  EXPECT_EQ(reply_to<conversation_summary>(ask(bob, group, summarise{})).unread,
            0u);
  log->set_full(false);
  EXPECT_EQ(reply_to<sent>(ask(alice, group, text("x"))).at, 2u);
}

TEST_F(conversation_entity_test, opens_a_direct_conversation_of_two_at_once) {
  std::vector<std::uint64_t> calls;
  for (int i = 0; i < 20; ++i) {
    calls.push_back(ask(alice, direct, text("a" + std::to_string(i), bob)));
    calls.push_back(ask(bob, direct, text("b" + std::to_string(i), alice)));
  }
  std::set<seq> places;
  for (auto call : calls)
    places.insert(reply_to<sent>(call).at);
  EXPECT_EQ(places.size(), 40u);
  EXPECT_EQ(*places.begin(), 1u);
  EXPECT_EQ(*places.rbegin(), 40u);
  auto seen = reply_to<conversation_summary>(ask(alice, direct, summarise{}));
  EXPECT_EQ(seen.member_count, 2u);
  EXPECT_EQ(seen.unread, 20u);
}

TEST_F(conversation_entity_test, creates_nothing_for_who_is_not_there) {
  user_id nobody{"nobody"};
  auto with_nobody = direct_conversation(alice, nobody);
  EXPECT_EQ(refusal_of(ask(alice, with_nobody, text("x", nobody))),
            errc::not_found);
  EXPECT_EQ(refusal_of(ask(alice, with_nobody, summarise{})), errc::not_found);
  EXPECT_EQ(
    refusal_of(ask(alice, direct_conversation(alice, alice), text("x", alice))),
    errc::bad_params);
  auto seen = files.db().scan({{}, {}}, [&](auto key, auto) {
    EXPECT_EQ(key.find("nobody"), std::string_view::npos);
    EXPECT_EQ(key.find(with_nobody.view()), std::string_view::npos);
    return true;
  });
  EXPECT_TRUE(seen);
}

TEST_F(conversation_entity_test, keeps_what_was_sent_across_a_restart) {
  auto group = make_group(alice, {bob});
  auto first = reply_to<sent>(ask(alice, group, text("once")));
  restart();
  auto again = reply_to<sent>(ask(alice, group, text("once")));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.at, first.at);
  EXPECT_EQ(reply_to<sent>(ask(bob, group, text("next"))).at, first.at + 1);
}

TEST_F(conversation_entity_test, loses_nothing_between_sweeps) {
  auto group = make_group(alice, {bob});
  std::atomic<bool> over = false;
  std::thread sweeper{[&] {
    while (!over)
      node->router.sweep(steady_clock::now() + std::chrono::hours{1});
  }};
  std::vector<std::uint64_t> calls;
  for (int i = 0; i < 300; ++i) {
    calls.push_back(ask(alice, group, text("m" + std::to_string(i))));
    if (i % 10 == 9) {
      answer_to(calls.back());
      answer_to(ask(bob, group, summarise{}));
    }
  }
  seq expected = 2;
  for (auto call : calls)
    EXPECT_EQ(reply_to<sent>(call).at, expected++);
  over = true;
  sweeper.join();
}

TEST_F(conversation_entity_test, tells_receipts_and_typing_by_itself) {
  auto group = make_group(alice, {bob});
  auto at = reply_to<sent>(ask(alice, group, text("x"))).at;
  ask(bob, group, mark{at, true});
  EXPECT_TRUE(node->out.await_entry([&](auto& e) {
    auto r = e.told ? std::get_if<receipt>(&e.told->what) : nullptr;
    return r && r->user == bob && r->read_seq == at;
  }));
  ask(bob, group, set_typing{true});
  EXPECT_TRUE(node->out.await_entry([](auto& e) {
    auto t = e.told ? std::get_if<typing>(&e.told->what) : nullptr;
    return t && t->on;
  }));
}

// The decision is committed, and nobody but its outbox row knows of it.
TEST_F(conversation_entity_test, delivers_what_it_decided_as_its_lease_ended) {
  sign_up(carol);
  auto group = make_group(alice, {bob});
  hold_when_quiet();
  auto call = ask(alice, group, invite{{carol}});
  ASSERT_TRUE(log->await(1));
  log->set_lapsed(true);
  log->release();
  EXPECT_EQ(refusal_of(call), errc::unavailable);
  log->set_lapsed(false);
  test::eventually([&] { return outbox_rows() == 0; },
                   test::recording_gateway::patience);
  EXPECT_EQ(outbox_rows(), 0u);
}

// Somebody else may have answered for the shard since.
TEST_F(conversation_entity_test, tells_nobody_what_was_committed_too_late) {
  auto group = make_group(alice, {bob});
  hold_when_quiet();
  auto call = ask(alice, group, text("late"));
  ASSERT_TRUE(log->await(1));
  log->set_lapsed(true);
  log->release();
  EXPECT_EQ(refusal_of(call), errc::unavailable);
  log->set_lapsed(false);
  reply_to<conversation_summary>(ask(bob, group, summarise{}));
  for (const auto& e : node->out.entries())
    EXPECT_FALSE(e.told && std::holds_alternative<message>(e.told->what));
}

TEST_F(conversation_entity_test, traces_messages_to_their_commit) {
  auto group = make_group(alice, {bob});
  auto at = reply_to<sent>(ask(alice, group, text("x"))).at;
  auto track = node->trace.find(group, at);
  ASSERT_TRUE(track);
  EXPECT_GT(track->accepted_us, 0);
  EXPECT_GE(track->committed_us, track->accepted_us);
}

} // namespace
} // namespace parley::actors
