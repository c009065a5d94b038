#pragma once

#include "storage/records.hpp"

/// The records of moderation; as in storage/records.hpp.
namespace parley::storage {

/// A report that a user has made; another about the same user means this one
/// for a time.
struct filed_record {
  user_id user;
  std::string report = {};
  timestamp_ms at = 0;

  friend bool operator==(const filed_record&, const filed_record&) = default;
};

/// What moderation knows of a user; there is none of those of whom it knows
/// nothing. Bans are in the user's own record.
struct standing_record {
  /// Counts what was done to the user; part of an audit record's key.
  std::uint64_t revision = 0;
  /// The last decision of the moderation's own that was carried out.
  std::uint64_t decided = 0;
  /// As `banned_until`.
  timestamp_ms muted_until = 0;
  std::string mute_reason = {};
  /// Of guests: the hash of the address that they signed up from.
  std::string address = {};
  std::vector<filed_record> filed = {};

  friend bool operator==(const standing_record&, const standing_record&)
    = default;
};

/// What one user says about another.
struct report_record {
  user_id reporter;
  user_id user;
  parley::conversation_id conversation;
  /// The messages that the reporter names.
  std::vector<seq> seqs = {};
  std::string reason = {};
  std::string text = {};
  timestamp_ms at = 0;
  /// 0 while it is open.
  timestamp_ms resolved_at = 0;
  std::string resolved_by = {};
  std::string note = {};

  friend bool operator==(const report_record&, const report_record&) = default;
};

/// A message as it stood when it was reported.
struct evidence_record {
  seq at = 0;
  /// A message record.
  std::string message = {};

  friend bool operator==(const evidence_record&, const evidence_record&)
    = default;
};

/// The messages that a report is about.
struct evidence_list_record {
  std::vector<evidence_record> messages = {};

  friend bool operator==(const evidence_list_record&,
                         const evidence_list_record&)
    = default;
};

/// A report on its way to those who look after it, and its evidence.
struct filing_record {
  std::string id = {};
  report_record report = {};
  std::vector<evidence_record> evidence = {};
  /// It has no weight of its own: it adds to no ban.
  bool weightless = false;

  friend bool operator==(const filing_record&, const filing_record&) = default;
};

/// Who reported a user and when, for counting.
struct complaint_record {
  user_id reporter;
  timestamp_ms at = 0;
  /// As in `filing_record`.
  bool weightless = false;

  friend bool operator==(const complaint_record&, const complaint_record&)
    = default;
};

/// The last time a user was banned because of complaints alone.
struct verdict_record {
  std::uint64_t number = 0;
  timestamp_ms at = 0;

  friend bool operator==(const verdict_record&, const verdict_record&)
    = default;
};

/// Something that was done to a user or a report; never changed.
struct audit_record {
  timestamp_ms at = 0;
  /// "ban", "unban", "mute", "unmute", "resolve".
  std::string action = {};
  /// The operator as parleyctl named it, or "automatic".
  std::string by = {};
  /// A user's handle, or a report's id.
  std::string subject = {};
  /// Of bans and mutes, as `banned_until`.
  timestamp_ms until = 0;
  std::string reason = {};

  friend bool operator==(const audit_record&, const audit_record&) = default;
};

/// An address that no guest may come from.
struct address_ban_record {
  std::string address = {};
  /// 0: it may.
  timestamp_ms until = 0;
  /// The guest that it was banned with, and that guest's revision.
  user_id because_of;
  std::uint64_t revision = 0;

  friend bool operator==(const address_ban_record&, const address_ban_record&)
    = default;
};

std::string encode(const standing_record& x);
std::string encode(const report_record& x);
std::string encode(const evidence_list_record& x);
std::string encode(const filing_record& x);
std::string encode(const complaint_record& x);
std::string encode(const verdict_record& x);
std::string encode(const audit_record& x);
std::string encode(const address_ban_record& x);

template <>
result<standing_record> decode(std::string_view bytes);
template <>
result<report_record> decode(std::string_view bytes);
template <>
result<evidence_list_record> decode(std::string_view bytes);
template <>
result<filing_record> decode(std::string_view bytes);
template <>
result<complaint_record> decode(std::string_view bytes);
template <>
result<verdict_record> decode(std::string_view bytes);
template <>
result<audit_record> decode(std::string_view bytes);
template <>
result<address_ban_record> decode(std::string_view bytes);

} // namespace parley::storage
