#include "actors/moderation_state.hpp"
#include "tests/support/test_store.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace parley::actors {
namespace {

using std::chrono::hours;

/// The rules of the desk on a real store; each command is committed at once.
class moderation_state_test : public testing::Test {
protected:
  moderation_state_test() {
    reload();
  }

  void reload() {
    state.emplace(files.db(), 1, "desk", rules);
    auto loaded = state->load();
    ASSERT_TRUE(loaded) << loaded.error().detail;
  }

  template <class Command>
  decision run(const Command& m) {
    auto d = state->decide(asked{{{}, 0, true}, now, 1}, m);
    if (!d.writes.empty())
      files.write(d.writes);
    return d;
  }

  template <class Reply, class Command>
  Reply must(const Command& m) {
    auto d = run(m);
    if (!d.answer) {
      ADD_FAILURE() << d.answer.error().detail;
      return {};
    }
    return std::get<Reply>(*d.answer);
  }

  /// The ids of what is listed.
  std::vector<std::string> listed(const list_reports& m) {
    std::vector<std::string> ids;
    for (auto& each : must<report_list>(m).reports)
      ids.push_back(each.id);
    return ids;
  }

  /// Stands in the order of `at`, as a ULID does.
  static std::string id_of(timestamp_ms at, std::string_view reporter) {
    std::string id = std::to_string(at) + "-";
    id += reporter;
    id.resize(26, '0');
    return id;
  }

  file_report filing(std::string_view reporter, user_id about = bob) const {
    file_report m;
    m.filing.id = id_of(now, reporter);
    m.filing.report.reporter = user_id{reporter};
    m.filing.report.user = about;
    m.filing.report.conversation = room;
    m.filing.report.reason = "spam";
    m.filing.report.at = now;
    storage::message_record said;
    said.sender = about;
    said.text = "buy";
    m.filing.evidence.push_back({7, storage::encode(said)});
    return m;
  }

  /// The ban that the decision sends, if it does.
  static std::optional<storage::audit_record> ban_in(moderation_state& of,
                                                     const decision& d) {
    if (d.outbox.empty())
      return std::nullopt;
    const auto& row = of.rows().row(d.outbox.front());
    EXPECT_EQ(row.kind, storage::outbox_kind::sanction);
    return *storage::decode<storage::audit_record>(row.text);
  }

  std::optional<storage::audit_record> report_as(std::string_view reporter) {
    ++now;
    auto d = run(filing(reporter));
    EXPECT_TRUE(d.answer);
    return ban_in(*state, d);
  }

  static inline const user_id bob{"bob"};
  static inline const user_id carol{"carol"};
  static inline const conversation_id room{"d.00000000000000000000000001"};

  test::test_store files;
  moderation_rules rules;
  timestamp_ms now = 1'700'000'000'000;
  std::optional<moderation_state> state;
};

TEST_F(moderation_state_test, keeps_a_report_and_its_evidence) {
  auto m = filing("alice");
  run(m);
  reload();
  auto found = must<report_details>(show_report{m.filing.id});
  EXPECT_EQ(found.report.content, m.filing.report);
  ASSERT_EQ(found.evidence.size(), 1u);
  EXPECT_EQ(found.evidence[0].at, 7u);
  EXPECT_EQ(found.evidence[0].conversation, room);
  EXPECT_EQ(found.evidence[0].content.text, "buy");
}

TEST_F(moderation_state_test, takes_a_report_that_comes_again_once) {
  auto m = filing("alice");
  run(m);
  run(resolve_report{m.filing.id, "olga", "fine"});
  EXPECT_TRUE(run(m).writes.empty());
  EXPECT_NE(
    must<report_details>(show_report{m.filing.id}).report.content.resolved_at,
    0);
  EXPECT_EQ(listed({{}, 10, false, {}}).size(), 1u);
}

TEST_F(moderation_state_test, lists_reports_newest_first_in_pages) {
  std::vector<std::string> all;
  for (auto who : {"ann", "ben", "cem"}) {
    ++now;
    auto m = filing(who);
    run(m);
    all.insert(all.begin(), m.filing.id);
  }
  auto first = must<report_list>(list_reports{{}, 2, false, {}});
  ASSERT_EQ(first.reports.size(), 2u);
  EXPECT_EQ(first.reports[0].id, all[0]);
  EXPECT_EQ(first.before, all[1]);
  auto rest = must<report_list>(list_reports{first.before, 2, false, {}});
  ASSERT_EQ(rest.reports.size(), 1u);
  EXPECT_EQ(rest.reports[0].id, all[2]);
  EXPECT_EQ(rest.before, "");
}

TEST_F(moderation_state_test, lists_what_is_open_or_about_somebody) {
  auto of_bob = filing("alice");
  run(of_bob);
  ++now;
  auto of_carol = filing("alice", carol);
  run(of_carol);
  run(resolve_report{of_carol.filing.id, "olga", ""});
  using ids = std::vector<std::string>;
  EXPECT_EQ(listed({{}, 10, true, {}}), ids{of_bob.filing.id});
  EXPECT_EQ(listed({{}, 10, false, carol}), ids{of_carol.filing.id});
  EXPECT_EQ(listed({{}, 10, true, carol}), ids{});
}

TEST_F(moderation_state_test, resolves_a_report_once_and_writes_it_down) {
  auto m = filing("alice");
  run(m);
  EXPECT_TRUE(run(resolve_report{m.filing.id, "olga", "warned"}).answer);
  auto again = run(resolve_report{m.filing.id, "olaf", "banned"});
  ASSERT_FALSE(again.answer);
  EXPECT_EQ(again.answer.error().code, errc::conflict);
  EXPECT_TRUE(again.writes.empty());
  auto unknown = run(resolve_report{id_of(1, "x"), "olga", ""});
  EXPECT_EQ(unknown.answer.error().code, errc::not_found);
  auto log = must<audit_page>(read_audit{0, 0, 10});
  ASSERT_EQ(log.actions.size(), 1u);
  EXPECT_EQ(log.actions[0].by, "olga");
  EXPECT_EQ(log.actions[0].subject, m.filing.id);
  EXPECT_EQ(log.actions[0].reason, "warned");
}

TEST_F(moderation_state_test, shows_the_last_actions_of_a_time) {
  for (timestamp_ms at : {10, 20, 30, 40})
    run(record_action{{at, "ban", "olga", "bob", -1, ""}, 1});
  auto last = must<audit_page>(read_audit{0, 40, 2});
  ASSERT_EQ(last.actions.size(), 2u);
  EXPECT_EQ(last.actions[0].at, 20);
  EXPECT_EQ(last.actions[1].at, 30);
  EXPECT_TRUE(last.has_more);
  auto all = must<audit_page>(read_audit{20, 0, 10});
  EXPECT_EQ(all.actions.size(), 3u);
  EXPECT_FALSE(all.has_more);
}

TEST_F(moderation_state_test, never_changes_what_is_written_down) {
  record_action m{{10, "ban", "olga", "bob", -1, "first"}, 1};
  run(m);
  m.action.reason = "second";
  EXPECT_TRUE(run(m).writes.empty());
  m.revision = 2;
  run(m);
  auto all = must<audit_page>(read_audit{0, 0, 10}).actions;
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].reason, "first");
}

// -- automatic bans -----------------------------------------------------------

TEST_F(moderation_state_test, bans_nobody_unless_it_is_told_to) {
  for (auto who : {"ann", "ben", "cem", "dan", "eva"})
    EXPECT_FALSE(report_as(who));
}

TEST_F(moderation_state_test, bans_at_so_many_distinct_reporters) {
  rules.ban_reporters = 3;
  rules.ban_for = hours{2};
  reload();
  EXPECT_FALSE(report_as("ann"));
  EXPECT_FALSE(report_as("ben"));
  EXPECT_FALSE(report_as("ann"));
  auto ban = report_as("cem");
  ASSERT_TRUE(ban);
  EXPECT_EQ(ban->action, "ban");
  EXPECT_EQ(ban->by, "automatic");
  EXPECT_EQ(ban->until, now + 2 * 3'600'000);
}

TEST_F(moderation_state_test, counts_only_what_is_recent) {
  rules.ban_reporters = 2;
  rules.ban_within = hours{1};
  reload();
  EXPECT_FALSE(report_as("ann"));
  now += 3'600'000;
  EXPECT_FALSE(report_as("ben"));
  EXPECT_TRUE(report_as("cem"));
}

TEST_F(moderation_state_test, counts_for_another_ban_only_what_comes_after) {
  rules.ban_reporters = 2;
  reload();
  EXPECT_FALSE(report_as("ann"));
  EXPECT_TRUE(report_as("ben"));
  reload();
  EXPECT_FALSE(report_as("cem"));
  EXPECT_TRUE(report_as("ann"));
}

TEST_F(moderation_state_test, still_has_to_tell_of_a_ban_after_a_restart) {
  rules.ban_reporters = 1;
  reload();
  EXPECT_TRUE(report_as("ann"));
  reload();
  EXPECT_FALSE(state->rows().empty());
}

// -- addresses ----------------------------------------------------------------

TEST_F(moderation_state_test, keeps_an_address_out_until_its_end) {
  EXPECT_TRUE(run(check_address{"5f"}).answer);
  run(set_address_ban{{"5f", now + 1'000, bob, 1}});
  EXPECT_EQ(run(check_address{"5f"}).answer.error().code, errc::forbidden);
  EXPECT_TRUE(run(check_address{"6f"}).answer);
  now += 1'000;
  EXPECT_TRUE(run(check_address{"5f"}).answer);
}

TEST_F(moderation_state_test,
       lifts_an_address_with_the_guest_it_is_because_of) {
  run(set_address_ban{{"5f", now + 1'000, bob, 1}});
  run(set_address_ban{{"5f", 0, carol, 1}});
  EXPECT_FALSE(run(check_address{"5f"}).answer);
  run(set_address_ban{{"5f", 0, bob, 2}});
  EXPECT_TRUE(run(check_address{"5f"}).answer);
  // A notice that was overtaken.
  run(set_address_ban{{"5f", now + 1'000, bob, 1}});
  EXPECT_TRUE(run(check_address{"5f"}).answer);
}

TEST_F(moderation_state_test, bans_nobody_for_reports_without_weight) {
  rules.ban_reporters = 2;
  reload();
  auto first = filing("ann");
  first.filing.weightless = true;
  run(first);
  EXPECT_TRUE(run(filing("ben")).outbox.empty());
  auto third = filing("cem");
  third.filing.weightless = true;
  EXPECT_TRUE(run(third).outbox.empty());
  EXPECT_EQ(run(filing("dan")).outbox.size(), 1u);
}

TEST_F(moderation_state_test, erases_reports_when_their_time_is_over) {
  rules.report_retention = hours{1};
  reload();
  auto old = filing("ann");
  run(old);
  auto resolved = filing("ben");
  run(resolved);
  run(resolve_report{resolved.filing.id, "olga", ""});
  now += 60 * 60 * 1000 - 1;
  auto young = filing("cem");
  run(young);
  EXPECT_TRUE(run(erase_old_reports{}).writes.empty());
  now += 1;
  run(erase_old_reports{});
  reload();
  EXPECT_EQ(listed({{}, 10, false, {}}), std::vector{young.filing.id});
  EXPECT_EQ(listed({{}, 10, true, {}}), std::vector{young.filing.id});
  EXPECT_EQ(listed({{}, 10, false, bob}), std::vector{young.filing.id});
  EXPECT_FALSE(run(show_report{old.filing.id}).answer);
  EXPECT_FALSE(*files.db().get(state->keys().evidence(old.filing.id)));
}

TEST_F(moderation_state_test, keeps_reports_for_ever_where_that_is_wished) {
  rules.report_retention = {};
  reload();
  run(filing("ann"));
  now += 10ll * 365 * 24 * 60 * 60 * 1000;
  EXPECT_TRUE(run(erase_old_reports{}).writes.empty());
}

} // namespace
} // namespace parley::actors
