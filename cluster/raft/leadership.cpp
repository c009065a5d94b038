#include "cluster/raft/core.hpp"

#include <algorithm>

// What a leader may do by being one, and how it hands that over.
namespace parley::cluster::raft {

// ReadIndex (thesis 6.4): a majority that answers a round started afterwards
// shows that there was no later leader yet.
result<std::uint64_t> core::read(time_ms now) {
  enter(now);
  if (role_ != role::leader || commit_ < term_start_)
    return error{errc::unavailable, "not the leader, or not yet"};
  reads_.push_back({{++last_ticket_, commit_}, round_ + 1});
  confirm_reads();
  return last_ticket_;
}

void core::confirm_reads() {
  if (reads_.empty())
    return;
  auto round = agreed_by_peers([](const progress& peer) {
    return static_cast<std::int64_t>(peer.acked().round);
  });
  while (!reads_.empty()
         && static_cast<std::int64_t>(reads_.front().round) <= round) {
    reads_out_.push_back(reads_.front().read);
    reads_.pop_front();
  }
}

// Leader lease (thesis 6.4.1). Each member that answered a message promised, no
// earlier than it was sent, to help nobody else for the minimal election
// timeout; any majority that could elect another leader has one of these.
time_ms core::lease_until() const {
  if (!current().serving || lease_void_ || !config().votes(self_))
    return 0;
  auto from = agreed_by_peers(
    [](const progress& peer) { return peer.acked().sent_at; });
  if (from == never || from == std::numeric_limits<time_ms>::min())
    return from == never ? never : 0;
  return from + opts_.election_min_ms - opts_.lease_drift_ms;
}

result<void> core::transfer_to(node_id target, time_ms now) {
  enter(now);
  if (role_ != role::leader)
    return error{errc::unavailable, "not the leader"};
  if (transfer_)
    return error{errc::conflict, "a transfer is under way"};
  if (target == self_ || !peers_.contains(target) || !config().votes(target))
    return error{errc::bad_params, "not another voter"};
  transfer_ = {target, now_ + opts_.election_max_ms};
  hand_over();
  return {};
}

node_id core::heir(time_ms now) const {
  node_id best = 0;
  std::uint64_t match = 0;
  for (const auto& p : peers()) {
    if (p.learner || p.heard_at <= now - opts_.election_min_ms)
      continue;
    if (best == 0 || p.match > match) {
      best = p.node;
      match = p.match;
    }
  }
  return best;
}

// Leadership transfer (thesis 3.10): once the target has the whole log, it is
// told to stand at once, and the others are told to ignore their promises. So
// the lease ends before that, and for the rest of the term: the order may
// arrive late.
void core::hand_over() {
  if (!transfer_ || transfer_->sent)
    return;
  auto target = peers_.find(transfer_->target);
  if (target == peers_.end() || target->second.match() < log_.last().index)
    return;
  transfer_->sent = lease_void_ = true;
  send(transfer_->target, timeout_now{});
  if (!config().votes(self_))
    become_follower(hard_.term, 0);
}

void core::end_transfer() {
  auto sent = transfer_->sent;
  transfer_.reset();
  if (!sent && config().votes(self_))
    return;
  become_follower(hard_.term, 0);
  // The order may still be under way: only a term of its own makes it void.
  if (may_stand())
    campaign(true);
}

node_id core::best_successor() const {
  node_id best = 0;
  std::uint64_t match = 0;
  for (const auto& [node, peer] : peers_) {
    if (config().votes(node) && peer.match() >= match) {
      best = node;
      match = peer.match();
    }
  }
  return best;
}

std::vector<peer_info> core::peers() const {
  std::vector<peer_info> all;
  for (const auto& [node, peer] : peers_)
    all.push_back({node, config().learns(node), peer.match(), peer.heard_at(),
                   peer.state() == progress::mode::snapshot});
  return all;
}

} // namespace parley::cluster::raft
