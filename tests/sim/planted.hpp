#pragma once

#include "cluster/raft/core.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <utility>

namespace parley::cluster::raft {

/// Defects that have been made in systems like this one. The simulator makes
/// one of them on purpose, in what goes into a core, in what comes out, or in
/// its state between two inputs, and must then find that something is wrong.
enum class planted : std::uint8_t {
  none,
  /// Old entries are committed by counting replicas (paper, figure 8).
  old_term_counted,
  /// The disk forgets whom the node voted for.
  vote_not_persisted,
  /// The disk forgets the term, too.
  term_not_persisted,
  /// Answers leave before what they speak for is on disk.
  answer_before_sync,
  /// The engine reports as persisted what is not.
  persisted_too_early,
  /// A follower takes entries without looking at what is before them.
  no_log_check,
  /// A follower acknowledges its whole log, not what it has checked.
  unchecked_acknowledged,
  /// A follower applies as far as its leader, not as far as it has checked.
  unchecked_committed,
  /// An append, however old, is taken for the end of the log.
  truncates_without_conflict,
  /// Votes for anyone, however short its log.
  no_election_restriction,
  /// Votes again in the same term.
  votes_twice,
  /// A configuration counts only once it is committed.
  config_used_at_commit,
  /// Learners are counted like voters.
  learners_counted,
  /// Goes from the old voters to the new without the joint configuration.
  no_joint_configuration,
  /// A new leader serves before its no-op is committed and applied.
  serves_before_noop,
  /// The lease lasts as long as followers wait at most.
  lease_too_long,
  /// The lease is counted from the answer, not from the question.
  lease_from_answer,
  /// Handing over leaves the lease as it is.
  lease_outlives_transfer,
  /// Votes although it hears from a leader.
  promise_broken,
  /// A member that restarts votes at once.
  promise_forgotten,
  /// The engine gives the time that it read before it waited.
  stale_time,
  /// A read is answered without a round.
  read_without_round,
  /// A snapshot that arrives late replaces a newer state.
  snapshot_goes_back,
  /// A snapshot ends the log, acknowledged entries after it and all.
  snapshot_drops_log,
  last = snapshot_drops_log
};

const char* to_string(planted bug);

/// Makes one of them. The only one who may reach into a core.
class planted_bugs {
public:
  explicit planted_bugs(planted bug) : bug_(bug) {}

  planted which() const {
    return bug_;
  }

  bool is(planted bug) const {
    return bug_ == bug;
  }

  // Around the inputs of a core.
  void opened(core& c) const;
  time_ms step_time(time_ms now, time_ms before) const;
  void before_step(core& c, message& m) const;
  void after_input(core& c);
  void after_step(core& c, const message& m) const;
  void before_install(core& c, position upto) const;

  // On what comes out.
  void on_output(const core& c, output& out) const;
  time_ms lease_until(const core& c, time_ms lease) const;

private:
  void commit_by_count(core& c, bool learners) const;
  void hide_configs(core& c);

  planted bug_;
  std::deque<std::pair<std::uint64_t, configuration>> hidden_;
};

} // namespace parley::cluster::raft
