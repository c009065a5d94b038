#pragma once

#include "storage/keys.hpp"

namespace parley::storage {

/// What a moderation entity keeps. A report's id is a ULID, so that reports
/// stand in the order of time.
class moderation_keys {
public:
  moderation_keys(shard_id shard, std::string_view name);

  std::string report(std::string_view id) const;
  /// Its evidence, apart from it so that lists need not read that.
  std::string evidence(std::string_view id) const;
  /// There while the report is open; empty.
  std::string open(std::string_view id) const;
  std::string complaint(const user_id& about, std::string_view id) const;
  std::string verdict(const user_id& about) const;
  std::string audit(timestamp_ms at, std::string_view subject,
                    std::uint64_t revision) const;
  std::string address(std::string_view hash) const;
  std::string outbox(std::uint64_t number) const;

  /// Those before `id`; all where it is empty.
  key_range reports(std::string_view before) const;
  key_range opens(std::string_view before) const;
  key_range complaints(const user_id& about, std::string_view before) const;
  /// From `from` on, up to before `to`; to the end where that is 0.
  key_range audits(timestamp_ms from, timestamp_ms to) const;
  key_range outbox() const;

private:
  std::string row(char kind) const;

  std::string prefix_;
};

/// The ULID at the end of the key of an open report or a complaint.
std::string_view report_id_of(std::string_view key);

} // namespace parley::storage
