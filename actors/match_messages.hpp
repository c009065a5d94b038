#pragma once

#include "base/ids.hpp"
#include "match/queue.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// What is asked so that strangers meet. docs/matching.md says who asks whom.
namespace parley::actors {

// -- events ------------------------------------------------------------------

/// What has become of a user's wish to meet somebody.
struct match_event {
  enum class state : std::uint8_t { found = 1, ended = 2, expired = 3 };

  state what = state::found;
  conversation_id conversation = {};
  user_id partner = {};
  std::string partner_name = {};
  std::vector<std::string> shared = {};
  bool polite = false;
  /// A match::ending.
  std::uint32_t why = 0;
};

// -- to a user ---------------------------------------------------------------

/// Asked of the user's own entity, which goes on to the queue. Replied to with
/// `enqueued`.
struct seek_match {
  queue_name queue = {};
  match::raw_wishes said = {};
};

enum class quitting : std::uint8_t { cancel = 1, leave = 2, next = 3 };

/// As above. Replied to with `done`, `next` with `enqueued`.
struct quit_match {
  quitting how = quitting::cancel;
  /// The match that is meant; empty for whichever there is.
  conversation_id conversation = {};
};

/// From a queue that does not know it: is the user there? Answered with
/// `note_presence`.
struct report_place {
  queue_name queue = {};
};

/// Notice from a queue: the user waits no longer, and met nobody. Replied to
/// with `done`.
struct ticket_over {
  queue_name queue = {};
  match::ticket_id ticket = 0;
};

/// Notice from a queue, to be told to a session that has just come: behind the
/// answer that made it the user's.
struct tell_session {
  session_id session = 0;
  match_event what = {};
};

// -- to a conversation -------------------------------------------------------

/// Notices from a queue, each replied to with `done`: the two have met and may
/// talk; they have parted; what they said is to be forgotten, and `for_good`
/// that there was a conversation.
struct open_match {
  user_id first = {};
  user_id second = {};
};

struct close_match {
  user_id by = {};
};

struct erase_match {
  bool for_good = false;
};

// -- to a queue --------------------------------------------------------------

/// From a user's entity, in the user's name, as the next four. `claim`: see
/// storage::place_record. Replied to with `enqueued`.
struct enqueue {
  std::uint64_t claim = 0;
  std::string display_name = {};
  match::raw_wishes said = {};
  /// In order.
  std::vector<user_id> avoid = {};
};

/// Replied to with `done`.
struct cancel_ticket {};

/// Replied to with `done`.
struct end_match {
  /// As in `quit_match`.
  conversation_id conversation = {};
};

/// Replied to with `enqueued`.
struct next_match {
  conversation_id conversation = {};
};

/// Whether the user has a session, and which is new; 0: none.
struct note_presence {
  bool here = false;
  session_id session = 0;
};

/// Is the user free to go to another queue? `conflict` says where it is. From
/// then on its claims up to this one are void. Replied to with `done`.
struct vacate {
  std::uint64_t claim = 0;
};

/// Notices from users' entities, replied to with `done`. The user is banned.
struct expel {
  user_id user = {};
};

/// The user wants never to meet the other again.
struct note_shunned {
  user_id user = {};
  user_id other = {};
  bool reported = false;
  /// Where they met; empty if they did not.
  conversation_id conversation = {};
};

/// For operators. Replied to with `inspection`, as the next.
struct show_queue {};

/// Why a ticket still waits.
struct explain_ticket {
  match::ticket_id ticket = 0;
};

/// Whether the queue takes no new tickets. Replied to with `done`.
struct drain_queue {
  bool on = false;
};

/// Those who met in [from, to). Replied to with `match_list`.
struct list_matches {
  timestamp_ms from = 0;
  timestamp_ms to = 0;
  std::uint32_t limit = 0;
};

using queue_command
  = std::variant<enqueue, cancel_ticket, end_match, next_match, note_presence,
                 vacate, expel, note_shunned, show_queue, explain_ticket,
                 drain_queue, list_matches>;

// -- replies and notices -----------------------------------------------------

/// The user waits with this ticket, or has been matched with it already.
struct enqueued {
  match::ticket_id ticket = 0;
  /// How many wait.
  std::uint64_t waiting = 0;
  /// What half and nine tenths of those matched lately had waited at most; -1:
  /// nobody was.
  std::int64_t wait_p50_ms = -1;
  std::int64_t wait_p90_ms = -1;
};

/// Two who met. `said` are texts for operators: what each was and wanted.
struct match_view {
  conversation_id conversation = {};
  user_id first = {};
  user_id second = {};
  std::string first_said = {};
  std::string second_said = {};
  std::vector<std::string> shared = {};
  timestamp_ms began = 0;
  /// 0: not over.
  timestamp_ms ended = 0;
  /// A match::ending.
  std::uint32_t how = 0;
  user_id by = {};
  bool reported = false;
};

/// In the order in which they began.
struct match_list {
  std::vector<match_view> matches = {};
  bool has_more = false;
};

/// For the sessions of a user, or one of them.
struct match_notice {
  user_id user = {};
  /// 0: all of them.
  session_id session = 0;
  match_event what = {};
};

} // namespace parley::actors
