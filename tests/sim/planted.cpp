#include "tests/sim/planted.hpp"

#include <algorithm>

namespace parley::cluster::raft {

namespace {

constexpr std::array names{
  "none",
  "old_term_counted",
  "vote_not_persisted",
  "term_not_persisted",
  "answer_before_sync",
  "persisted_too_early",
  "no_log_check",
  "unchecked_acknowledged",
  "unchecked_committed",
  "truncates_without_conflict",
  "no_election_restriction",
  "votes_twice",
  "config_used_at_commit",
  "learners_counted",
  "no_joint_configuration",
  "serves_before_noop",
  "lease_too_long",
  "lease_from_answer",
  "lease_outlives_transfer",
  "promise_broken",
  "promise_forgotten",
  "stale_time",
  "read_without_round",
  "snapshot_goes_back",
  "snapshot_drops_log",
};

static_assert(names.size() == static_cast<std::size_t>(planted::last) + 1);

} // namespace

const char* to_string(planted bug) {
  return names[static_cast<std::size_t>(bug)];
}

void planted_bugs::opened(core& c) const {
  if (is(planted::promise_forgotten))
    c.promised_until_ = std::numeric_limits<time_ms>::min();
}

time_ms planted_bugs::step_time(time_ms now, time_ms before) const {
  return is(planted::stale_time) ? std::max(before, now - 250) : now;
}

void planted_bugs::before_step(core& c, message& m) const {
  auto* request = std::get_if<vote_request>(&m.body);
  auto* taken = std::get_if<append>(&m.body);
  if (request && is(planted::no_election_restriction))
    request->last = {m.term, std::numeric_limits<std::uint64_t>::max()};
  if (request && is(planted::votes_twice) && c.role_ == role::follower)
    c.hard_.vote = 0;
  if (request && is(planted::promise_broken))
    c.promised_until_ = std::numeric_limits<time_ms>::min();
  if (!taken || c.role_ == role::leader || m.term < c.hard_.term)
    return;
  auto term = c.log_.term(taken->before.index);
  if (is(planted::no_log_check) && term)
    taken->before.term = *term;
  if (is(planted::truncates_without_conflict) && term == taken->before.term
      && taken->before.index >= c.commit_) {
    auto end = taken->before.index + taken->entries.size();
    if (end < c.log_.last().index && end >= c.log_.in_memory_after()) {
      c.log_.truncate(end + 1);
      c.revert_config(end + 1);
      c.checked_ = std::min(c.checked_, end);
    }
  }
}

void planted_bugs::after_step(core& c, const message& m) const {
  const auto* beat = std::get_if<heartbeat>(&m.body);
  const auto* taken = std::get_if<append>(&m.body);
  if (m.term != c.hard_.term || c.role_ != role::follower)
    return;
  if (is(planted::unchecked_committed) && (beat || taken))
    c.commit_to(
      std::min(beat ? beat->commit : taken->commit, c.log_.last().index));
}

void planted_bugs::after_input(core& c) {
  if (is(planted::config_used_at_commit))
    hide_configs(c);
  if (is(planted::lease_outlives_transfer))
    c.lease_void_ = false;
  if (c.role_ != role::leader)
    return;
  if (is(planted::old_term_counted) || is(planted::learners_counted))
    commit_by_count(c, is(planted::learners_counted));
  if (is(planted::serves_before_noop))
    c.term_start_ = 0;
  if (is(planted::read_without_round))
    for (; !c.reads_.empty(); c.reads_.pop_front())
      c.reads_out_.push_back(c.reads_.front().read);
  if (is(planted::no_joint_configuration) && c.configs_.back().second.joint())
    c.configs_.back().second.outgoing.clear();
}

void planted_bugs::before_install(core& c, position upto) const {
  if (is(planted::snapshot_goes_back) && c.role_ != role::leader)
    c.commit_ = c.applied_ = c.delivered_ = c.checked_
      = std::min(c.commit_, upto.index - 1);
  if (is(planted::snapshot_drops_log)
      && c.judge(upto) == snapshot_fate::keep_log) {
    c.log_.truncate(std::max(upto.index, c.log_.in_memory_after() + 1));
    c.revert_config(upto.index);
    c.checked_ = c.commit_;
  }
}

void planted_bugs::on_output(const core& c, output& out) const {
  if (out.hard_state && is(planted::vote_not_persisted))
    out.hard_state->vote = 0;
  if (out.hard_state && is(planted::term_not_persisted))
    out.hard_state.reset();
  for (auto& m : out.messages_after)
    if (auto* answer = std::get_if<append_answer>(&m.body))
      if (is(planted::unchecked_acknowledged) && answer->matched)
        answer->index = c.last().index;
}

time_ms planted_bugs::lease_until(const core& c, time_ms lease) const {
  if (lease == 0 || lease == never)
    return lease;
  if (is(planted::lease_too_long))
    return lease + c.opts_.election_max_ms - c.opts_.election_min_ms;
  if (!is(planted::lease_from_answer))
    return lease;
  auto from
    = c.agreed_by_peers([](const progress& peer) { return peer.heard_at(); });
  return from + c.opts_.election_min_ms - c.opts_.lease_drift_ms;
}

void planted_bugs::commit_by_count(core& c, bool learners) const {
  auto counted = c.config();
  if (learners) {
    counted.voters = counted.everyone();
    counted.outgoing.clear();
  }
  auto match = [&](node_id node) {
    auto found = c.peers_.find(node);
    auto upto = node == c.self_           ? c.log_.durable()
                : found == c.peers_.end() ? 0
                                          : found->second.match();
    return static_cast<std::int64_t>(upto);
  };
  auto upto = static_cast<std::uint64_t>(agreed(counted, match));
  if (learners && c.log_.term(upto) != c.hard_.term)
    return;
  if (upto > c.commit_) {
    c.commit_to(upto);
    c.settle_config();
  }
}

void planted_bugs::hide_configs(core& c) {
  if (c.configs_.size() > 1) {
    for (; c.configs_.size() > 1; c.configs_.pop_back())
      hidden_.push_back(c.configs_.back());
    if (c.role_ == role::leader)
      c.meet_peers();
  }
  std::sort(hidden_.begin(), hidden_.end(),
            [](auto& a, auto& b) { return a.first < b.first; });
  while (!hidden_.empty() && hidden_.front().first <= c.commit_) {
    c.configs_.front() = hidden_.front();
    hidden_.pop_front();
    if (c.role_ == role::leader) {
      c.meet_peers();
      c.settle_config();
    }
  }
}

} // namespace parley::cluster::raft
