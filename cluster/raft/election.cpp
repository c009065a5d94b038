#include "cluster/raft/core.hpp"

namespace parley::cluster::raft {

namespace {

/// A leader speaks: the others may tell it that its time is over.
bool from_leader(const message& m) {
  return std::holds_alternative<append>(m.body)
         || std::holds_alternative<heartbeat>(m.body);
}

} // namespace

// Leader stickiness (thesis 4.2.3, 6.4.1): who hears from a leader, or is one,
// does not help another to replace it. That is what a lease rests on.
bool core::promised() const {
  return role_ == role::leader || now_ < promised_until_;
}

// A server that its newest configuration leaves out may still be needed until
// that is committed (thesis 4.2.2). Learners never stand.
bool core::may_stand() const {
  if (abstains_)
    return false;
  for (const auto& [index, config] : configs_)
    if (config.votes(self_))
      return true;
  return false;
}

void core::abstain() {
  abstains_ = true;
  if (role_ != role::follower)
    become_follower(hard_.term, leader_);
  await_leader();
  dirty_ = true;
}

void core::await_leader() {
  if (!may_stand())
    election_at_ = never;
  else if (leader_ == 0 && config().alone(self_))
    election_at_ = now_;
  else
    election_at_
      = now_ + random_between(opts_.election_min_ms, opts_.election_max_ms);
}

void core::set_term(std::uint64_t term, node_id vote) {
  hard_ = {term, vote};
  hard_unwritten_ = true;
  checked_ = 0;
}

void core::become_follower(std::uint64_t term, node_id leader) {
  if (role_ == role::leader) {
    // Someone may still serve by the lease: do not help a successor before.
    if (auto lease = lease_until(); lease != never)
      promised_until_ = std::max(promised_until_, lease);
    peers_.clear();
    reads_.clear();
    transfer_.reset();
    uncommitted_bytes_ = 0;
    beat_at_ = never;
  }
  if (term > hard_.term)
    set_term(term, 0);
  role_ = role::follower;
  leader_ = leader;
  granted_.clear();
  await_leader();
}

// Pre-vote (thesis 9.6): a member that cannot win does not raise the term.
void core::rehearse() {
  if (config().alone(self_)) {
    campaign(false);
    return;
  }
  role_ = role::pre_candidate;
  ask_for_votes(true, false, hard_.term + 1);
}

void core::campaign(bool forced) {
  set_term(hard_.term + 1, self_);
  role_ = role::candidate;
  ask_for_votes(false, forced, hard_.term);
  if (won())
    become_leader();
}

void core::ask_for_votes(bool rehearsal, bool forced, std::uint64_t term) {
  leader_ = 0;
  granted_ = {self_};
  // Shorter than a follower's wait: nobody relies on this member's silence now.
  election_at_
    = now_ + random_between(opts_.election_min_ms, opts_.election_max_ms) / 2;
  for (auto node : config().everyone())
    if (node != self_ && config().votes(node))
      send(node, vote_request{rehearsal, forced, log_.last()}, term);
}

// Of a joint configuration, a majority of each set (paper 6).
bool core::won() const {
  return agreed(config(),
                [this](node_id node) { return granted_.contains(node); })
         > 0;
}

void core::become_leader() {
  role_ = role::leader;
  leader_ = self_;
  granted_.clear();
  election_at_ = never;
  lease_void_ = false;
  uncommitted_bytes_ = 0;
  for (auto i = commit_ + 1; i <= log_.last().index; ++i)
    uncommitted_bytes_ += log_.at(i).data->size();
  meet_peers();
  // A no-op of the own term (paper 8, thesis 6.4): once it is committed, so is
  // all that earlier leaders left, and the leader knows it.
  term_start_ = log_.last().index + 1;
  append_own(entry_kind::noop, std::make_shared<const std::string>());
}

bool core::accept_term(const message& m) {
  const auto* request = std::get_if<vote_request>(&m.body);
  if (request && !request->forced && promised())
    return false;
  if (request && request->rehearsal)
    return true;
  const auto* answer = std::get_if<vote_answer>(&m.body);
  if (answer && answer->rehearsal && answer->granted)
    return m.term == hard_.term + 1;
  // Whoever sees a higher term follows it (paper 5.1).
  if (m.term > hard_.term)
    become_follower(m.term, from_leader(m) ? m.from : 0);
  if (m.term == hard_.term)
    return true;
  // A lower one belongs to a leader or candidate that must hear of ours.
  if (from_leader(m))
    send(m.from, append_answer{});
  else if (request)
    send(m.from, vote_answer{});
  return false;
}

void core::on(const message& m, const vote_request& request) {
  // Election restriction (paper 5.4.1): the log must be as up to date as ours.
  auto fit = request.last >= log_.last();
  if (request.rehearsal) {
    auto granted = fit && m.term > hard_.term;
    send(m.from, vote_answer{true, granted}, granted ? m.term : hard_.term);
    return;
  }
  // One vote a term, first come first served (paper 5.2).
  auto granted = fit && (hard_.vote == 0 || hard_.vote == m.from);
  if (granted && hard_.vote == 0) {
    hard_.vote = m.from;
    hard_unwritten_ = true;
    role_ = role::follower;
    await_leader();
  }
  send(m.from, vote_answer{false, granted});
}

void core::on(const message& m, const vote_answer& answer) {
  auto asked = answer.rehearsal ? role::pre_candidate : role::candidate;
  if (role_ != asked || !answer.granted)
    return;
  granted_.insert(m.from);
  if (!won())
    return;
  if (answer.rehearsal)
    campaign(false);
  else
    become_leader();
}

// Leadership transfer (thesis 3.10): the leader has voided its lease, so the
// election need not wait for anything.
void core::on(const message& m, const timeout_now&) {
  if (role_ == role::follower && m.from == leader_ && may_stand())
    campaign(true);
}

} // namespace parley::cluster::raft
