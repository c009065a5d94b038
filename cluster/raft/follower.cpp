#include "cluster/raft/core.hpp"

#include <algorithm>

namespace parley::cluster::raft {

namespace {

/// Whether the entries follow each other and their terms can be.
bool well_formed(const append& request, std::uint64_t term) {
  auto before = request.before;
  for (const auto& e : request.entries) {
    if (e.at.index != before.index + 1 || e.at.term < before.term || !e.data)
      return false;
    if (e.kind == entry_kind::config && !decode_configuration(*e.data))
      return false;
    before = e.at;
  }
  return before.term <= term;
}

} // namespace

bool core::hear_leader(const message& m) {
  // Election safety (paper 5.2) says that there is no other in this term.
  if (role_ == role::leader || (leader_ != 0 && leader_ != m.from))
    return false;
  role_ = role::follower;
  leader_ = m.from;
  granted_.clear();
  promised_until_ = std::max(promised_until_, now_ + opts_.election_min_ms);
  await_leader();
  return true;
}

void core::on(const message& m, append& request) {
  if (!well_formed(request, m.term) || contradicts(request) || !hear_leader(m))
    return;
  append_answer answer;
  answer.stamp = request.stamp;
  held_by_all_ = request.held_by_all;
  // Log matching (paper 5.3): equal before the entries, or nothing is taken.
  answer.matched = log_.holds(request.before);
  if (answer.matched) {
    take_over(request);
    // Not the log's end: what follows may be another leader's.
    answer.index = checked_;
    commit_to(std::min(request.commit, checked_));
  } else {
    // Either the log is too short, or it differs somewhere after what is
    // committed, or it starts later: two steps at most.
    auto last = log_.last().index;
    answer.index = last < request.before.index ? last : commit_;
    answer.refused = request.before.index;
  }
  send(m.from, answer);
}

void core::on(const message& m, const heartbeat& beat) {
  if (!hear_leader(m))
    return;
  held_by_all_ = beat.held_by_all;
  commit_to(std::min(beat.commit, checked_));
  auto stored = std::min(checked_, log_.durable());
  send(m.from, heartbeat_answer{stored, checked_, beat.sent, beat.stamp});
}

// A snapshot can have told of more than the leader of this term knows: it was
// replaced, and has yet to hear of it. What is committed stays.
bool core::contradicts(const append& request) const {
  auto differs = [this](position at) {
    return at.index <= commit_ && at.index >= log_.compacted().index
           && !log_.holds(at);
  };
  return differs(request.before)
         || std::any_of(request.entries.begin(), request.entries.end(),
                        [&](const entry& e) { return differs(e.at); });
}

void core::take_over(append& request) {
  checked_ = std::max(checked_, request.before.index);
  for (auto& e : request.entries) {
    auto at = e.at;
    if (!log_.holds(at)) {
      // A leader's log only grows (paper 5.3): this is not its log.
      if (at.index <= checked_)
        return;
      if (at.index <= log_.last().index) {
        log_.truncate(at.index);
        revert_config(at.index);
      }
      log_.append(std::move(e));
      if (log_.at(at.index).kind == entry_kind::config)
        follow_log_config(log_.at(at.index));
    }
    checked_ = std::max(checked_, at.index);
  }
}

} // namespace parley::cluster::raft
