#pragma once

#include "match/acquaintances.hpp"
#include "match/index.hpp"
#include "match/ticket.hpp"
#include "match/wait_times.hpp"

#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::match {

/// Two who are to meet.
struct pairing {
  /// The one who waited.
  ticket found;
  /// The one for whom it was found: who has just come, or whose wishes have
  /// widened.
  ticket by;
  std::vector<std::string> shared_interests = {};
};

/// What has happened by itself.
struct outcome {
  std::vector<pairing> matched = {};
  std::vector<ticket> expired = {};
};

/// Why a ticket still waits: of the others who wait, how many each wish keeps
/// away. One may be kept away by several.
struct explanation {
  struct rejection {
    std::string attribute = {};
    /// By the wish of the ticket, and by theirs.
    std::uint64_t by_own = 0;
    std::uint64_t by_theirs = 0;
  };

  ticket of = {};
  wish want = {};
  bool paused = false;
  std::uint64_t others = 0;
  std::vector<rejection> rejections = {};
  /// Users who do not want to meet, who met lately, who are away.
  std::uint64_t avoided = 0;
  std::uint64_t met = 0;
  std::uint64_t away = 0;
  std::size_t steps_taken = 0;
  /// When the wishes widen next, if they do.
  std::optional<timestamp_ms> widens_at = {};
};

/// Those who wait in one queue, and who meets whom.
///
/// A ticket is tried when it comes and when one of its steps falls due. Of
/// those who accept it and whom it accepts, each at the present width, it gets
/// the oldest; of those equally old (policy::same_age) the one with the most
/// interests in common; of those the one that came first. Afterwards no two
/// who wait accept each other, unless they avoid each other, met lately, or
/// one is away. docs/matching.md says what follows for the wait.
///
/// No I/O, no clock; not safe across threads. `now` must not go back.
class pool {
public:
  explicit pool(policy with);

  /// Takes the ticket in, or matches it at once. `conflict` names the ticket
  /// that its user has already; `unavailable` where the queue is full. The id
  /// is above all before it.
  result<std::optional<pairing>> arrive(ticket t, timestamp_ms now);

  /// Takes up a ticket that waited before a restart; call it in the order of
  /// `since`. It is paused, with the steps that are due by now taken.
  void restore(ticket t, timestamp_ms now);

  /// Takes the steps that are due, and out what has expired; at most
  /// `events_max` of them: go on while `next_due` is not later than now.
  outcome advance(timestamp_ms now, std::size_t events_max);
  std::optional<timestamp_ms> next_due();

  /// The user has gone away or come back, who may be matched then.
  void pause(const user_id& user);
  std::optional<pairing> resume(const user_id& user, timestamp_ms now);

  /// The user's ticket, no longer there.
  std::optional<ticket> leave(const user_id& user);

  /// From now on the user does not want to meet the other.
  void avoid(const user_id& user, const user_id& other);

  /// The two met and do not meet again before `until`.
  void met(const user_id& a, const user_id& b, timestamp_ms until) {
    met_.add(a, b, until);
  }

  const waiting* find(const user_id& user) const;
  const waiting* find(ticket_id id) const;

  std::optional<explanation> explain(ticket_id id, timestamp_ms now) const;

  std::size_t size() const {
    return tickets_.size();
  }

  wait_times& waits() {
    return waits_;
  }

  const policy& rules() const {
    return policy_;
  }

  /// All, oldest first, until `visit` returns false.
  void for_each(const std::function<bool(const waiting&)>& visit) const {
    index_.for_each(visit);
  }

  /// Of those who are equally old, so many are compared.
  static constexpr std::size_t compared_max = 256;

private:
  struct due_time {
    timestamp_ms at = 0;
    ticket_id id = 0;

    friend auto operator<=>(const due_time&, const due_time&) = default;
  };

  using due_times
    = std::priority_queue<due_time, std::vector<due_time>, std::greater<>>;

  std::int64_t age_of(const ticket& t) const;
  std::optional<pairing> match(waiting& w, timestamp_ms now);
  waiting* best_for(const waiting& w, timestamp_ms now,
                    timestamp_ms& may_meet_at) const;
  void take_steps(waiting& w, timestamp_ms now);
  void schedule(waiting& w, timestamp_ms may_meet_at);
  ticket take(waiting& w);
  waiting& keep(ticket t, bool paused, timestamp_ms now);
  void rebuild_times();
  void drop_void_times();

  policy policy_;
  index index_;
  std::unordered_map<ticket_id, waiting> tickets_;
  std::unordered_map<user_id, waiting*> by_user_;
  due_times due_;
  acquaintances met_;
  wait_times waits_;
};

} // namespace parley::match
