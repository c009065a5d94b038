#include "actors/moderation_state.hpp"

#include "actors/outbox_rows.hpp"
#include "actors/page_weight.hpp"
#include "base/limits.hpp"
#include "storage/scan_records.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace parley::actors {

namespace {

error no_such_report() {
  return {errc::not_found, "no such report", "report"};
}

result<std::vector<message>>
messages_of(const conversation_id& conversation,
            const storage::evidence_list_record& kept) {
  std::vector<message> out;
  out.reserve(kept.messages.size());
  for (const auto& each : kept.messages) {
    auto content = storage::decode<storage::message_record>(each.message);
    if (!content)
      return content.error();
    out.push_back({conversation, each.at, std::move(*content)});
  }
  return out;
}

} // namespace

moderation_state::moderation_state(const storage::store& db,
                                   storage::shard_id shard,
                                   std::string_view name,
                                   const moderation_rules& rules)
  : db_(db), keys_(shard, name), rules_(rules) {}

result<void> moderation_state::load() {
  return actors::load_rows(outbox_, db_, keys_);
}

result<storage::report_record>
moderation_state::find_report(const std::string& id) const {
  auto found
    = storage::get_record<storage::report_record>(db_, keys_.report(id));
  if (!found)
    return found.error();
  if (!*found)
    return no_such_report();
  return std::move(**found);
}

// -- reports ------------------------------------------------------------------

decision moderation_state::decide(const asked& by, const file_report& m) {
  const auto& [id, report, evidence, weightless] = m.filing;
  auto known = db_.get(keys_.report(id));
  if (!known)
    return answer_with(known.error());
  if (*known)
    return {};
  decision d;
  d.writes.put(keys_.report(id), storage::encode(report));
  d.writes.put(keys_.evidence(id),
               storage::encode(storage::evidence_list_record{evidence}));
  d.writes.put(keys_.open(id), "");
  d.writes.put(keys_.complaint(report.user, id),
               storage::encode(storage::complaint_record{
                 report.reporter, report.at, weightless}));
  if (auto judged = judge(by, m.filing, d); !judged)
    return answer_with(judged.error());
  return d;
}

result<std::size_t>
moderation_state::reporters_of(const storage::filing_record& filing,
                               timestamp_ms since) const {
  std::set<user_id> reporters{filing.report.reporter};
  auto seen = storage::scan_records<storage::complaint_record>(
    db_, keys_.complaints(filing.report.user, {}),
    [&](auto, auto complaint) {
      if (complaint.at > since && !complaint.weightless)
        reporters.insert(complaint.reporter);
      return complaint.at > since && reporters.size() < rules_.ban_reporters;
    },
    true);
  if (!seen)
    return seen.error();
  return reporters.size();
}

result<void> moderation_state::judge(const asked& by,
                                     const storage::filing_record& filing,
                                     decision& d) {
  const auto& user = filing.report.user;
  auto since = by.now - rules_.ban_within.count();
  if (rules_.ban_reporters == 0 || filing.report.at <= since
      || filing.weightless)
    return {};
  auto last
    = storage::get_record<storage::verdict_record>(db_, keys_.verdict(user));
  if (!last)
    return last.error();
  auto verdict = last->value_or(storage::verdict_record{});
  // What led to a ban leads to no other.
  auto count = reporters_of(filing, std::max(since, verdict.at));
  if (!count)
    return count.error();
  if (filing.report.at > verdict.at && *count >= rules_.ban_reporters)
    ban(by, user, verdict, *count, d);
  return {};
}

void moderation_state::ban(const asked& by, const user_id& user,
                           storage::verdict_record verdict,
                           std::size_t reporters, decision& d) {
  ++verdict.number;
  verdict.at = by.now;
  d.writes.put(keys_.verdict(user), storage::encode(verdict));
  storage::audit_record action;
  action.at = by.now;
  action.action = "ban";
  action.by = "automatic";
  action.subject = user.str();
  action.until = by.now + rules_.ban_for.count();
  action.reason = "reported by " + std::to_string(reporters) + " users";
  storage::outbox_record row;
  row.kind = storage::outbox_kind::sanction;
  row.to = user.str();
  row.on = true;
  row.version = verdict.number;
  row.text = storage::encode(action);
  actors::add_row(outbox_, keys_, std::move(row), d);
}

result<void> moderation_state::list(const list_reports& m,
                                    report_list& into) const {
  std::vector<std::string> ids;
  auto take = [&](std::string_view key, std::string_view) {
    if (ids.size() == m.limit)
      into.before = ids.back();
    else
      ids.emplace_back(storage::report_id_of(key));
    return into.before.empty();
  };
  auto range = m.user.empty()
                 ? m.open_only ? keys_.opens(m.before) : keys_.reports(m.before)
                 : keys_.complaints(m.user, m.before);
  if (auto seen = db_.scan(range, take, true); !seen)
    return seen;
  page_budget room{limits::page_bytes_max};
  for (auto& id : ids) {
    auto found = find_report(id);
    if (!found)
      return found.error();
    if (m.open_only && found->resolved_at != 0)
      continue;
    report_view shown{std::move(id), std::move(*found)};
    if (!room.take(weight(shown))) {
      into.before = into.reports.back().id;
      break;
    }
    into.reports.push_back(std::move(shown));
  }
  return {};
}

decision moderation_state::decide(const asked&, const list_reports& m) const {
  report_list found;
  if (auto listed = list(m, found); !listed)
    return answer_with(listed.error());
  return answer_with(std::move(found));
}

decision moderation_state::decide(const asked&, const show_report& m) const {
  auto found = find_report(m.id);
  if (!found)
    return answer_with(found.error());
  auto kept = storage::get_record<storage::evidence_list_record>(
    db_, keys_.evidence(m.id));
  if (!kept)
    return answer_with(kept.error());
  auto messages = messages_of(found->conversation,
                              kept->value_or(storage::evidence_list_record{}));
  if (!messages)
    return answer_with(messages.error());
  return answer_with(
    report_details{{m.id, std::move(*found)}, std::move(*messages)});
}

decision moderation_state::decide(const asked& by,
                                  const resolve_report& m) const {
  auto report = find_report(m.id);
  if (!report)
    return answer_with(report.error());
  if (report->resolved_at != 0)
    return refuse(errc::conflict, "the report is resolved", "report");
  report->resolved_at = by.now;
  report->resolved_by = m.by;
  report->note = m.note;
  decision d;
  d.writes.put(keys_.report(m.id), storage::encode(*report));
  d.writes.erase(keys_.open(m.id));
  storage::audit_record action;
  action.at = by.now;
  action.action = "resolve";
  action.by = m.by;
  action.subject = m.id;
  action.reason = m.note;
  d.writes.put(keys_.audit(action.at, action.subject, 0),
               storage::encode(action));
  return d;
}

// The one that is read last is too young: they stand in the order of time.
decision moderation_state::decide(const asked& by,
                                  const erase_old_reports&) const {
  decision d;
  if (rules_.report_retention.count() == 0)
    return d;
  auto since = by.now - rules_.report_retention.count();
  std::size_t erased = 0;
  auto seen = storage::scan_records<storage::report_record>(
    db_, keys_.reports({}), [&](auto key, auto report) {
      if (report.at > since || erased == limits::reports_erased_at_once)
        return false;
      std::string id{storage::report_id_of(key)};
      d.writes.erase(keys_.report(id));
      d.writes.erase(keys_.evidence(id));
      d.writes.erase(keys_.open(id));
      d.writes.erase(keys_.complaint(report.user, id));
      ++erased;
      return true;
    });
  return seen ? std::move(d) : answer_with(seen.error());
}

// -- the audit log ------------------------------------------------------------

decision moderation_state::decide(const asked&, const record_action& m) const {
  auto key = keys_.audit(m.action.at, m.action.subject, m.revision);
  auto known = db_.get(key);
  if (!known)
    return answer_with(known.error());
  decision d;
  if (!*known)
    d.writes.put(std::move(key), storage::encode(m.action));
  return d;
}

decision moderation_state::decide(const asked&, const read_audit& m) const {
  audit_page page;
  page_budget room{limits::page_bytes_max};
  auto seen = storage::scan_records<storage::audit_record>(
    db_, keys_.audits(m.from, m.to),
    [&](auto, auto action) {
      page.has_more
        = page.actions.size() == m.limit || !room.take(weight(action));
      if (!page.has_more)
        page.actions.push_back(std::move(action));
      return !page.has_more;
    },
    true);
  if (!seen)
    return answer_with(seen.error());
  std::reverse(page.actions.begin(), page.actions.end());
  return answer_with(std::move(page));
}

// -- addresses ----------------------------------------------------------------

decision moderation_state::decide(const asked& by,
                                  const set_address_ban& m) const {
  auto key = keys_.address(m.ban.address);
  auto known = storage::get_record<storage::address_ban_record>(db_, key);
  if (!known)
    return answer_with(known.error());
  const auto is_news = [&] {
    if (!*known)
      return m.ban.until > by.now;
    // Of the same guest only what came later counts, and another's only where
    // it lasts longer.
    if ((*known)->because_of == m.ban.because_of)
      return m.ban.revision > (*known)->revision;
    return m.ban.until > std::max(by.now, (*known)->until);
  };
  decision d;
  if (is_news())
    d.writes.put(std::move(key), storage::encode(m.ban));
  return d;
}

decision moderation_state::decide(const asked& by,
                                  const check_address& m) const {
  auto known = storage::get_record<storage::address_ban_record>(
    db_, keys_.address(m.address));
  if (!known)
    return answer_with(known.error());
  if (*known && (*known)->until > by.now)
    return refuse(errc::forbidden, "banned");
  return {};
}

} // namespace parley::actors
