#include "actors/queue_rows.hpp"
#include "actors/queue_state.hpp"
#include "tests/support/test_store.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace parley::actors {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

/// The rules of a queue on a real store; what is decided is committed at once.
class queue_state_test : public testing::Test {
protected:
  queue_state_test() {
    rules.attributes = match::usual_attributes();
    rules.keep_for = hours{24};
    rules.record_for = hours{24 * 30};
    reload();
  }

  void reload() {
    committed = 0;
    state.emplace(files.db(), 1, queue_name{"default"},
                  queue_rules{rules, true}, [this](timestamp_ms at) {
                    return ulid_conversation(conversation_kind::match, at, 0,
                                             ++made);
                  });
    ASSERT_TRUE(state->load(now));
  }

  void commit(const decision& d) {
    if (!d.writes.empty())
      files.write(d.writes);
    state->committed(++committed);
  }

  template <class Command>
  decision run(const char* by, const Command& m) {
    auto d = state->decide({{user_id{by}}, now, committed + 1}, m);
    commit(d);
    return d;
  }

  decision come(const char* user, match::raw_wishes said = {}) {
    return run(user, enqueue{1, user, std::move(said), {}});
  }

  /// What is due at some time.
  decision advance(milliseconds by) {
    now += by.count();
    auto d = state->advance({{}, now, committed + 1});
    commit(d);
    return d;
  }

  std::size_t count(const storage::key_range& rows) {
    std::size_t out = 0;
    EXPECT_TRUE(files.db().scan(rows, [&](auto, auto) {
      ++out;
      return true;
    }));
    return out;
  }

  /// Steps that the decision has for conversations.
  std::vector<match_step> steps(const decision& d) {
    std::vector<match_step> out;
    for (auto number : d.outbox)
      if (const auto& row = state->rows().row(number);
          row.kind == storage::outbox_kind::match_step)
        out.push_back(static_cast<match_step>(row.version));
    return out;
  }

  test::test_store files;
  match::policy rules;
  timestamp_ms now = 1'700'000'000'000;
  std::uint64_t committed = 0;
  std::uint64_t made = 0;
  std::optional<queue_state> state;
};

TEST_F(queue_state_test, has_a_ticket_in_one_place_only) {
  come("ann");
  EXPECT_EQ(count(state->keys().tickets()), 1u);
  auto d = come("bob");
  EXPECT_EQ(count(state->keys().tickets()), 0u);
  EXPECT_EQ(count(state->keys().meetings()), 1u);
  EXPECT_EQ(steps(d), (std::vector{match_step::open}));
  d = run("bob", next_match{});
  EXPECT_EQ(count(state->keys().tickets()), 1u);
  EXPECT_EQ(count(state->keys().meetings()), 0u);
  EXPECT_EQ(count(state->keys().records()), 1u);
  EXPECT_EQ(steps(d), (std::vector{match_step::close}));
}

TEST_F(queue_state_test, tells_who_comes_of_a_match_that_is_open) {
  user_id ann{"ann"};
  come("ann");
  auto d = come("bob");
  auto match = conversation_id{state->rows().row(d.outbox.at(0)).to};
  EXPECT_TRUE(run("ann", note_presence{true, 7}).pass_on.empty());
  EXPECT_TRUE(run("ann", note_presence{true, 8}).pass_on.empty());
  state->rows().done(d.outbox[0]);
  EXPECT_EQ(state->take_early(ann, conversation_id{"m.other"}), 0u);
  EXPECT_EQ(state->take_early(ann, match), 8u);
  EXPECT_EQ(state->take_early(ann, match), 0u);
  EXPECT_EQ(run("ann", note_presence{true, 9}).pass_on.size(), 1u);
}

TEST_F(queue_state_test,
       tells_nobody_of_a_match_that_was_over_before_it_began) {
  come("ann");
  auto d = come("bob");
  auto match = conversation_id{state->rows().row(d.outbox.at(0)).to};
  run("ann", note_presence{true, 7});
  run("bob", end_match{});
  state->rows().done(d.outbox[0]);
  EXPECT_EQ(state->take_early(user_id{"ann"}, match), 0u);
}

TEST_F(queue_state_test, never_gives_a_ticket_number_twice) {
  come("ann");
  run("ann", cancel_ticket{});
  reload();
  auto d = come("ann");
  EXPECT_EQ(std::get<enqueued>(*d.answer).ticket, 2u);
}

TEST_F(queue_state_test, takes_up_tickets_with_wishes_and_age) {
  match::raw_wishes said;
  said.self = {{"age", false, {}, {25}}};
  said.want = {{"age", false, {}, {20, 30}}};
  come("ann", said);
  now += 60'000;
  reload();
  auto d = run("", explain_ticket{1});
  const auto& rows = std::get<inspection>(*d.answer).rows;
  auto value = [&](std::string_view name) {
    for (const auto& [key, text] : rows)
      if (key == name)
        return text;
    return std::string{};
  };
  EXPECT_EQ(value("waited_ms"), "60000");
  EXPECT_EQ(value("away"), "yes");
  EXPECT_EQ(value("asked"), "age=25 want age=20..30");
}

TEST_F(queue_state_test, gives_up_a_ticket_that_the_policy_takes_no_more) {
  match::raw_wishes said;
  said.self = {{"age", false, {}, {25}}};
  come("ann", said);
  rules.attributes = {{"mood", match::attribute_kind::one_of, {"good", "bad"}}};
  reload();
  EXPECT_LE(state->next_due().value(), now);
  auto d = advance(milliseconds{0});
  ASSERT_EQ(d.outbox.size(), 1u);
  EXPECT_EQ(state->rows().row(d.outbox[0]).to, "ann");
  EXPECT_EQ(count(state->keys().tickets()), 0u);
}

TEST_F(queue_state_test, remembers_who_met_lately) {
  come("ann");
  come("bob");
  run("ann", end_match{});
  now += 60'000;
  reload();
  come("ann");
  EXPECT_EQ(std::get<enqueued>(*come("bob").answer).waiting, 2u);
}

TEST_F(queue_state_test, erases_what_was_said_and_later_that_they_met) {
  come("ann");
  come("bob");
  run("ann", end_match{});
  EXPECT_TRUE(steps(advance(hours{23})).empty());
  EXPECT_EQ(steps(advance(hours{1})), (std::vector{match_step::erase}));
  EXPECT_EQ(count(state->keys().erasures()), 0u);
  EXPECT_EQ(count(state->keys().records()), 1u);
  reload();
  advance(milliseconds{1});
  EXPECT_EQ(*state->next_due(), now - 1 + rules.record_for.count()
                                  - milliseconds{hours{24}}.count());
  EXPECT_EQ(steps(advance(hours{24 * 30})), (std::vector{match_step::forget}));
  EXPECT_EQ(count(state->keys().records()), 0u);
}

TEST_F(queue_state_test, ends_a_match_where_next_finds_no_place) {
  rules.waiting_max = 1;
  reload();
  come("ann");
  come("bob");
  match::raw_wishes picky;
  picky.want = {{"age", false, {}, {90, 99}}};
  come("cid", picky);
  auto d = run("bob", next_match{});
  EXPECT_EQ(d.answer.error().code, errc::unavailable);
  EXPECT_EQ(steps(d), (std::vector{match_step::close}));
  EXPECT_EQ(run("bob", next_match{}).answer.error().code, errc::not_found);
}

TEST_F(queue_state_test, lists_matches_by_time) {
  for (int i = 0; i < 3; ++i) {
    come(("ann" + std::to_string(i)).c_str());
    come(("bob" + std::to_string(i)).c_str());
    run(("ann" + std::to_string(i)).c_str(), end_match{});
    now += 1'000;
  }
  auto listed = [&](timestamp_ms from, timestamp_ms to, std::uint32_t limit) {
    auto d = run("", list_matches{from, to, limit});
    return std::get<match_list>(*d.answer);
  };
  auto first = now - 3'000;
  auto all = listed(0, now, 10);
  ASSERT_EQ(all.matches.size(), 3u);
  EXPECT_EQ(all.matches[0].began, first);
  EXPECT_FALSE(all.has_more);
  EXPECT_TRUE(listed(0, now, 2).has_more);
  auto some = listed(first + 1'000, first + 2'000, 10).matches;
  ASSERT_EQ(some.size(), 1u);
  EXPECT_EQ(some[0].first, user_id{"ann1"});
}

TEST_F(queue_state_test, takes_note_of_nothing_where_the_two_have_not_met) {
  for (auto where :
       {direct_conversation(user_id{"anna"}, user_id{"boris"}),
        named_group(user_id{"anna"}, "x"), conversation_id{"m."}}) {
    auto d
      = run("", note_shunned{user_id{"anna"}, user_id{"boris"}, true, where});
    EXPECT_TRUE(d.answer);
    EXPECT_TRUE(d.writes.empty());
  }
}

} // namespace
} // namespace parley::actors
