#pragma once

#include "actors/decision.hpp"
#include "actors/wire/fields_of.hpp"

namespace parley::actors::wire {

template <>
inline constexpr range<sanction_kind> range_of<sanction_kind>{
  sanction_kind::ban, sanction_kind::mute};

template <>
inline constexpr auto fields_of<storage::report_record> = [](auto& x) {
  return std::tie(x.reporter, x.user, x.conversation, x.seqs, x.reason, x.text,
                  x.at, x.resolved_at, x.resolved_by, x.note);
};

template <>
inline constexpr auto fields_of<storage::evidence_record> =
  [](auto& x) { return std::tie(x.at, x.message); };

template <>
inline constexpr auto fields_of<storage::filing_record> =
  [](auto& x) { return std::tie(x.id, x.report, x.evidence, x.weightless); };

template <>
inline constexpr auto fields_of<storage::audit_record> = [](auto& x) {
  return std::tie(x.at, x.action, x.by, x.subject, x.until, x.reason);
};

template <>
inline constexpr auto fields_of<storage::address_ban_record> = [](auto& x) {
  return std::tie(x.address, x.until, x.because_of, x.revision);
};

template <>
inline constexpr auto fields_of<report_user> = [](auto& x) {
  return std::tie(x.user, x.conversation, x.seqs, x.reason, x.text, x.id);
};

template <>
inline constexpr auto fields_of<sanction> =
  [](auto& x) { return std::tie(x.kind, x.until, x.reason, x.by, x.verdict); };

template <>
inline constexpr auto fields_of<file_report> =
  [](auto& x) { return std::tie(x.filing); };

template <>
inline constexpr auto fields_of<list_reports> =
  [](auto& x) { return std::tie(x.before, x.limit, x.open_only, x.user); };

template <>
inline constexpr auto fields_of<show_report> =
  [](auto& x) { return std::tie(x.id); };

template <>
inline constexpr auto fields_of<resolve_report> =
  [](auto& x) { return std::tie(x.id, x.by, x.note); };

template <>
inline constexpr auto fields_of<record_action> =
  [](auto& x) { return std::tie(x.action, x.revision); };

template <>
inline constexpr auto fields_of<read_audit> =
  [](auto& x) { return std::tie(x.from, x.to, x.limit); };

template <>
inline constexpr auto fields_of<set_address_ban> =
  [](auto& x) { return std::tie(x.ban); };

template <>
inline constexpr auto fields_of<check_address> =
  [](auto& x) { return std::tie(x.address); };

template <>
inline constexpr auto fields_of<erase_old_reports> =
  [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<reported> =
  [](auto& x) { return std::tie(x.report); };

template <>
inline constexpr auto fields_of<evidence> =
  [](auto& x) { return std::tie(x.messages); };

template <>
inline constexpr auto fields_of<report_view> =
  [](auto& x) { return std::tie(x.id, x.content); };

template <>
inline constexpr auto fields_of<report_list> =
  [](auto& x) { return std::tie(x.reports, x.before); };

template <>
inline constexpr auto fields_of<report_details> =
  [](auto& x) { return std::tie(x.report, x.evidence); };

template <>
inline constexpr auto fields_of<audit_page> =
  [](auto& x) { return std::tie(x.actions, x.has_more); };

template <>
inline constexpr auto fields_of<silencing> =
  [](auto& x) { return std::tie(x.node, x.session, x.until); };

} // namespace parley::actors::wire
