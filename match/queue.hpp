#pragma once

#include "match/pool.hpp"

#include <functional>
#include <map>
#include <set>
#include <utility>

namespace parley::match {

/// Why two are no longer together.
enum class ending : std::uint8_t {
  left = 1,
  /// One wanted to meet somebody else.
  next = 2,
  disconnected = 3,
  reported = 4,
};

/// "left", "next", "disconnected" or "reported"; "left" for what only a newer
/// node knows.
const char* to_string(ending why);

/// Two who are together.
struct meeting {
  conversation_id id = {};
  /// Who waited; polite where both want to speak first.
  ticket first = {};
  ticket second = {};
  std::vector<std::string> shared_interests = {};
  timestamp_ms since = 0;
};

/// Why a ticket is no longer there.
enum class removal : std::uint8_t {
  matched = 1,
  /// Its user did not want to wait any longer, or may not.
  cancelled = 2,
  expired = 3,
  disconnected = 4,
};

/// What a call has changed, in order: what is to be made durable, and told
/// after that.
struct changes {
  struct removed {
    ticket t = {};
    removal why = removal::matched;
  };

  struct ended {
    meeting m = {};
    ending why = ending::left;
    user_id by = {};
  };

  std::vector<ended> over = {};
  std::vector<removed> gone = {};
  std::vector<ticket> waiting = {};
  std::vector<meeting> begun = {};

  bool empty() const {
    return over.empty() && gone.empty() && waiting.empty() && begun.empty();
  }
};

/// A queue with those who wait in it and those who were matched by it. Each
/// user has at most one ticket or one meeting.
///
/// Who has no session is away: is not matched, and after `away_grace` loses the
/// ticket or the meeting. What is restored belongs to users who are away, for
/// `restart_grace`. As pool: no I/O, no clock, one thread; `now` must not go
/// back.
class queue {
public:
  using make_id = std::function<conversation_id(timestamp_ms)>;

  /// `fresh` makes the ids of meetings.
  queue(policy with, make_id fresh);

  /// `conflict` names the ticket or the meeting that the user has.
  result<changes> enqueue(ticket t, timestamp_ms now);

  /// No longer waits. Nothing where the user does not.
  changes cancel(const user_id& user);

  /// Ends the user's meeting. `not_found` where there is none.
  result<changes> leave(const user_id& user, ending why);

  /// Ends the user's meeting and waits again with the same wishes, as ticket
  /// `id`. `not_found` as above.
  result<changes> next(const user_id& user, ticket_id id, timestamp_ms now);

  /// The user may neither wait nor meet, such as one who is banned.
  changes expel(const user_id& user, ending why);

  /// The user's last session is gone; or one is there again.
  void away(const user_id& user, timestamp_ms now);
  changes back(const user_id& user, timestamp_ms now);

  /// What is due: steps, tickets that expire, users who stay away; at most
  /// `events_max` of each. Go on while `next_due` is not later than now.
  changes advance(timestamp_ms now, std::size_t events_max);
  std::optional<timestamp_ms> next_due();

  /// What was there before a restart: tickets in the order of `since`.
  void restore(ticket t, timestamp_ms now);
  void restore(meeting m, timestamp_ms now);
  void restore_met(const user_id& a, const user_id& b, timestamp_ms until) {
    pool_.met(a, b, until);
  }

  /// From now on, also after `next`.
  void avoid(const user_id& user, const user_id& other);

  const pool& waiting() const {
    return pool_;
  }

  wait_times& waits() {
    return pool_.waits();
  }

  const meeting* meeting_of(const user_id& user) const;

  /// Those who are together.
  const std::map<conversation_id, meeting>& meetings() const {
    return meetings_;
  }

private:
  void begin(pairing p, timestamp_ms now, changes& out);
  void end(const conversation_id& id, ending why, const user_id& by,
           changes& out);
  bool known(const user_id& user) const;
  void stays_away(const user_id& user, timestamp_ms until);
  void comes_back(const user_id& user);
  error no_meeting() const;

  pool pool_;
  make_id fresh_;
  std::map<conversation_id, meeting> meetings_;
  std::unordered_map<user_id, conversation_id> by_user_;
  /// Who is away, until when, and by that time.
  std::unordered_map<user_id, timestamp_ms> away_;
  std::set<std::pair<timestamp_ms, user_id>> away_by_time_;
};

} // namespace parley::match
