#pragma once

#include <cstdint>

namespace parley::sim {

/// Defects that a whole node could have. The simulator makes one of them on
/// purpose, around the code that it runs, and must then find that something is
/// wrong.
enum class whole_bug : std::uint8_t {
  none,
  /// Entities are told that a write is committed when it is only queued.
  answer_before_commit,
  /// A node answers from what it has although its lease is over.
  deposed_owner_answers,
  /// What was decided in an earlier term is written in the present one.
  old_term_accepted,
  /// A write that is lost is reported as committed.
  failure_hidden,
  /// What one entity has to tell another is not kept.
  outbox_not_kept,
  /// Which client_id a message had is not kept.
  client_ids_not_kept,
  /// An answer for the outbox erases a row that was not delivered.
  outbox_erased_unasked,
  /// A replica that gets a shard's state gets it without its outboxes.
  snapshot_without_outbox,
  /// A replica that gets a shard's state does not get all of its messages.
  snapshot_without_last,
  /// The disk says that it has synced what it has not.
  sync_lies,
  /// The clocks differ by more than leases allow for.
  clocks_run_wild,
  /// A frame between nodes is lost without the link going down.
  answers_lost,
  /// Who has been matched waits on.
  matched_tickets_stay,
  last = matched_tickets_stay
};

const char* to_string(whole_bug bug);

} // namespace parley::sim
