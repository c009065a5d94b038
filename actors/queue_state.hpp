#pragma once

#include "actors/asked.hpp"
#include "actors/decision.hpp"
#include "actors/outbox.hpp"
#include "actors/queue_metrics.hpp"
#include "actors/queue_rows.hpp"
#include "actors/uncommitted.hpp"
#include "match/queue.hpp"
#include "storage/keys.hpp"
#include "storage/store.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace parley::actors {

/// What a queue is in the configuration; `declared` is false where it is there
/// no more, and then nobody new waits in it.
struct queue_rules {
  match::policy policy = {};
  bool declared = true;
};

/// One queue: match::queue made durable. `decide` as in conversation_state.
///
/// What concerns a conversation or a user goes through the outbox, and the two
/// of a match are told once their conversation has done what it was asked to
/// (`queue_rows.hpp`). docs/matching.md goes through what a crash can leave.
class queue_state {
public:
  queue_state(const storage::store& db, storage::shard_id shard,
              const queue_name& name, queue_rules rules,
              match::queue::make_id fresh);

  /// Reads what the store knows. All who are there count as away.
  result<void> load(timestamp_ms now);

  /// The latest time that it was told or has read.
  timestamp_ms time() const {
    return now_;
  }

  decision decide(const asked& by, const enqueue& m);
  decision decide(const asked& by, const cancel_ticket& m);
  decision decide(const asked& by, const end_match& m);
  decision decide(const asked& by, const next_match& m);
  decision decide(const asked& by, const note_presence& m);
  decision decide(const asked& by, const vacate& m);
  decision decide(const asked& by, const expel& m);
  decision decide(const asked& by, const note_shunned& m);
  decision decide(const asked& by, const drain_queue& m);
  decision decide(const asked& by, const show_queue& m);
  decision decide(const asked& by, const explain_ticket& m);
  decision decide(const asked& by, const list_matches& m);

  /// Who has come with the last `decide`, and what the ticket carries; or, with
  /// nothing, who has left. Once.
  struct arrival {
    user_id user = {};
    std::string said = {};
  };
  std::optional<arrival> take_arrival() {
    return std::exchange(arrival_, std::nullopt);
  }

  /// The user's session that came before this match was open, once; 0: none,
  /// or the match is over.
  session_id take_early(const user_id& user, const conversation_id& match);

  /// Does what is due; some of it, while `next_due` is not later than now.
  decision advance(const asked& by);
  std::optional<timestamp_ms> next_due();

  /// Users of whom nobody has said whether they are there; each once.
  std::vector<user_id> take_unasked(std::size_t most);

  void committed(std::uint64_t upto);

  outbox& rows() {
    return outbox_;
  }

  const storage::queue_keys& keys() const {
    return keys_;
  }

  const queue_rules& rules() const {
    return rules_;
  }

private:
  // queue_load.cpp
  result<void> load_tickets();
  result<void> load_meetings();
  result<void> load_met();
  result<void> load_fences();
  result<void> load_rows();

  // queue_changes.cpp
  /// Makes changes durable, and known to whom they concern.
  void record(const match::changes& c, const asked& by, decision& d);
  void record(const match::changes::ended& over, const asked& by, decision& d);
  void record(const match::changes::removed& gone, decision& d);
  void mark_reported(const conversation_id& id, const asked& by, decision& d);
  void give_up_lapsed(decision& d);
  void sweep(const asked& by, decision& d);
  void sweep_at(timestamp_ms due);
  /// Takes a step of those that have been here for so long.
  void erase_old(const storage::key_range& rows,
                 std::chrono::milliseconds kept_for, match_step step,
                 decision& d);
  void add_row(storage::outbox_record row, decision& d);
  void put_head(decision& d) const;
  void put_again(const user_id& user, decision& d) const;

  // queue_views.cpp
  /// Whether the user is in that match, where one is named.
  result<void> is_meant(const user_id& user,
                        const conversation_id& match) const;
  match_view view_of(const conversation_id& id,
                     const storage::session_record& x) const;

  /// Time does not go back.
  timestamp_ms move_to(timestamp_ms now);
  bool is_fenced(const user_id& user, std::uint64_t claim) const;
  void drop_old_fences(decision& d);
  reply answer_for(match::ticket_id id);
  error is_draining() const;

  const storage::store& db_;
  const storage::queue_keys keys_;
  const queue_name name_;
  const queue_rules rules_;
  match::queue queue_;
  queue_metrics metrics_;
  storage::queue_record head_;
  outbox outbox_;
  uncommitted uncommitted_;
  timestamp_ms now_ = 0;
  std::optional<arrival> arrival_;
  std::map<user_id, storage::fence_record> fences_;
  std::deque<user_id> fences_by_age_;
  /// Tickets that the policy does not take any more.
  std::vector<std::pair<match::ticket_id, user_id>> lapsed_;
  std::deque<user_id> unasked_;
  /// Who has come to a match that is not open yet, and the last session.
  std::map<user_id, std::pair<conversation_id, session_id>> early_;
  /// When rows are to be erased next; those that are not committed yet.
  std::optional<timestamp_ms> next_sweep_ = 0;
  std::deque<std::pair<std::uint64_t, timestamp_ms>> erasures_to_come_;
  std::uint64_t sweep_ticket_ = 0;
  std::uint64_t committed_ = 0;
};

} // namespace parley::actors
