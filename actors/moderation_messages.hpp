#pragma once

#include "base/ids.hpp"
#include "storage/moderation_records.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// What is asked for the sake of moderation.
namespace parley::actors {

// -- to a conversation -------------------------------------------------------

/// What the caller, who is a member, sees of the conversation: the last `limit`
/// messages and those of `seqs`. `user` must be in it, or have written some of
/// them. Replied to with `evidence`.
struct take_evidence {
  user_id user = {};
  std::vector<seq> seqs = {};
  std::uint32_t limit = 0;
};

// -- to a user ---------------------------------------------------------------

/// Asked of the reporter's own entity, which has the evidence taken. `id` is
/// what the report is called if it is a new one. Replied to with `reported`.
struct report_user {
  user_id user = {};
  /// May be empty: then there is no evidence.
  conversation_id conversation = {};
  std::vector<seq> seqs = {};
  std::string reason = {};
  std::string text = {};
  std::string id = {};
};

enum class sanction_kind : std::uint8_t { ban = 0, mute = 1 };

/// For operators and for moderation itself. Replied to with `done`.
struct sanction {
  sanction_kind kind = sanction_kind::ban;
  /// -1 is for good, 0 lifts it.
  timestamp_ms until = 0;
  std::string reason = {};
  /// Who wants it, for the audit log.
  std::string by = {};
  /// 0 from operators. A verdict that was carried out before changes nothing,
  /// and none shortens what is there.
  std::uint64_t verdict = 0;
};

// -- to moderation -----------------------------------------------------------

/// Notice from a reporter's entity. Replied to with `done`.
struct file_report {
  storage::filing_record filing = {};
};

/// Those before `before`, the newest first. Replied to with `report_list`.
struct list_reports {
  std::string before = {};
  std::uint32_t limit = 0;
  bool open_only = false;
  /// Only those about this user, where it is one.
  user_id user = {};
};

/// Replied to with `report_details`.
struct show_report {
  std::string id = {};
};

/// Replied to with `done`; `conflict` where it is not open any more.
struct resolve_report {
  std::string id = {};
  std::string by = {};
  std::string note = {};
};

/// Notice for the audit log from a user's entity. Replied to with `done`.
struct record_action {
  storage::audit_record action = {};
  std::uint64_t revision = 0;
};

/// The last `limit` from `from` on and before `to`, where that is not 0.
/// Replied to with `audit_page`.
struct read_audit {
  timestamp_ms from = 0;
  timestamp_ms to = 0;
  std::uint32_t limit = 0;
};

/// Notice from a guest's entity to the book of the address. Replied to with
/// `done`.
struct set_address_ban {
  storage::address_ban_record ban = {};
};

/// Whether a guest may come from there. Replied to with `done` or `forbidden`.
struct check_address {
  std::string address = {};
};

/// From what looks after retention: erases some of the reports that are older
/// than they are kept. Replied to with `done`.
struct erase_old_reports {};

using moderation_command
  = std::variant<file_report, list_reports, show_report, resolve_report,
                 record_action, read_audit, set_address_ban, check_address,
                 erase_old_reports>;

} // namespace parley::actors
