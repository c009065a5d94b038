#include "actors/user_state.hpp"
#include "base/limits.hpp"
#include "storage/scan_records.hpp"

#include <algorithm>
#include <utility>

// What a user reports, and what is done to one who is reported.
namespace parley::actors {

namespace {

constexpr timestamp_ms for_good = -1;

bool lasts(timestamp_ms until, timestamp_ms now) {
  return until == for_good || until > now;
}

/// Whether `a` ends after `b`.
bool longer(timestamp_ms a, timestamp_ms b) {
  return b != for_good && (a == for_good || a > b);
}

std::string action_of(const sanction& m) {
  std::string name = m.kind == sanction_kind::ban ? "ban" : "mute";
  return m.until == 0 ? "un" + name : name;
}

} // namespace

result<void> user_state::load_standing() {
  auto kept
    = storage::get_record<storage::standing_record>(db_, keys_.standing());
  if (!kept)
    return kept.error();
  if (*kept)
    standing_ = std::move(**kept);
  return {};
}

void user_state::put_standing(decision& d) const {
  d.writes.put(keys_.standing(), storage::encode(standing_));
}

// -- reporting ----------------------------------------------------------------

result<std::optional<std::string>>
user_state::earlier_report(const user_id& about, timestamp_ms now) const {
  std::size_t recent = 0;
  auto oldest = now;
  for (const auto& each : standing_.filed) {
    if (now - each.at >= limits::report_interval_ms)
      continue;
    if (each.user == about)
      return std::optional{each.report};
    ++recent;
    oldest = std::min(oldest, each.at);
  }
  if (recent < limits::reports_per_user_max)
    return std::optional<std::string>{};
  auto wait = oldest + limits::report_interval_ms - now;
  return error{errc::rate_limited,
               "too many reports in a day",
               {},
               static_cast<std::uint32_t>(wait)};
}

decision user_state::decide(const asked& by, const report_user& m,
                            const std::vector<message>& evidence) {
  auto earlier = earlier_report(m.user, by.now);
  if (!earlier)
    return answer_with(earlier.error());
  if (*earlier)
    return answer_with(reported{**earlier});
  decision d;
  std::erase_if(standing_.filed, [&](auto& each) {
    return by.now - each.at >= limits::report_interval_ms;
  });
  standing_.filed.push_back({m.user, m.id, by.now});
  put_standing(d);
  storage::filing_record filing;
  filing.id = m.id;
  filing.report = {
    id_, m.user, m.conversation, m.seqs, m.reason, m.text, by.now, 0, {}, {}};
  for (const auto& each : evidence)
    filing.evidence.push_back({each.at, storage::encode(each.content)});
  filing.weightless = !has_weight(m, evidence, by.now);
  storage::outbox_record row;
  row.kind = storage::outbox_kind::report;
  row.to = cluster::moderation_desk().name.view();
  row.text = storage::encode(filing);
  add_row(std::move(row), d);
  shun(m.user, m.conversation, d);
  d.answer = reported{m.id};
  return d;
}

bool user_state::has_weight(const report_user& m,
                            const std::vector<message>& evidence,
                            timestamp_ms now) const {
  if (user_.guest || now - user_.created_at < ban_account_age_.count()
      || m.conversation.empty())
    return false;
  return kind_of(m.conversation) == conversation_kind::match
         || std::any_of(evidence.begin(), evidence.end(), [&](auto& each) {
              return each.content.sender == m.user;
            });
}

// -- sanctions ----------------------------------------------------------------

decision user_state::decide(const asked& by, const set_ban& m) {
  return decide(by,
                sanction{sanction_kind::ban, m.until, m.reason, "operator", 0});
}

decision user_state::decide(const asked& by, const sanction& m) {
  if (!exists_)
    return refuse(errc::not_found, "no such user");
  if (m.verdict != 0 && m.verdict <= standing_.decided)
    return {};
  decision d;
  standing_.decided = std::max(standing_.decided, m.verdict);
  ++standing_.revision;
  if (m.kind == sanction_kind::ban)
    set_ban_until(m, by, d);
  else
    set_mute_until(m, d);
  put_standing(d);
  write_down(m, by, d);
  return d;
}

void user_state::set_ban_until(const sanction& m, const asked& by,
                               decision& d) {
  if (m.verdict != 0 && !longer(m.until, user_.banned_until))
    return;
  user_.banned_until = m.until;
  user_.ban_reason = m.until == 0 ? "" : m.reason;
  put_user(d);
  if (lasts(m.until, by.now)) {
    d.close = sessions_.close({}, close_reason::banned, by.now);
    leave_queue(d);
  }
  ban_address(by, d);
}

void user_state::set_mute_until(const sanction& m, decision& d) {
  if (m.verdict != 0 && !longer(m.until, standing_.muted_until))
    return;
  standing_.muted_until = m.until;
  standing_.mute_reason = m.until == 0 ? "" : m.reason;
  for (const auto& s : sessions_.all())
    d.silence.push_back({s.node, s.session, m.until});
}

// A guest who may not come back as this one would come as another.
void user_state::ban_address(const asked& by, decision& d) {
  if (standing_.address.empty() || address_ban_.count() == 0)
    return;
  auto most = by.now + address_ban_.count();
  storage::address_ban_record ban;
  ban.address = standing_.address;
  ban.until = longer(user_.banned_until, most) ? most : user_.banned_until;
  ban.because_of = id_;
  ban.revision = standing_.revision;
  storage::outbox_record row;
  row.kind = storage::outbox_kind::address_ban;
  row.to = cluster::address_book_of(ban.address).name.view();
  row.text = storage::encode(ban);
  add_row(std::move(row), d);
}

void user_state::write_down(const sanction& m, const asked& by, decision& d) {
  storage::audit_record action;
  action.at = by.now;
  action.action = action_of(m);
  action.by = m.by;
  action.subject = id_.str();
  action.until = m.until;
  action.reason = m.reason;
  storage::outbox_record row;
  row.kind = storage::outbox_kind::audit;
  row.to = cluster::moderation_desk().name.view();
  row.version = standing_.revision;
  row.text = storage::encode(action);
  add_row(std::move(row), d);
}

} // namespace parley::actors
