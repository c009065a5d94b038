#include "cluster/raft/core.hpp"

#include <algorithm>

namespace parley::cluster::raft {

namespace {

/// The next of the moments that all groups share.
time_ms next_beat(time_ms now, time_ms interval) {
  return (now / interval + 1) * interval;
}

std::size_t payload(const std::vector<entry>& entries) {
  std::size_t bytes = 0;
  for (const auto& e : entries)
    bytes += e.data->size();
  return bytes;
}

} // namespace

progress* core::heard(node_id from, const round_stamp& stamp) {
  auto found = peers_.find(from);
  if (role_ != role::leader || found == peers_.end())
    return nullptr;
  // Without a round it answers none of this term's messages.
  auto ours = stamp.round > 0 && stamp.round <= round_ && stamp.sent_at <= now_;
  found->second.heard(ours ? stamp : found->second.acked(), now_);
  return &found->second;
}

void core::on(const message& m, const append_answer& answer) {
  auto* peer = heard(m.from, answer.stamp);
  if (!peer)
    return;
  if (answer.matched)
    level(*peer, answer.index);
  else
    peer->refused(answer.refused, std::min(answer.index, log_.last().index));
  confirm_reads();
}

void core::on(const message& m, const heartbeat_answer& answer) {
  auto* peer = heard(m.from, answer.stamp);
  if (!peer)
    return;
  peer->beat(answer.received, answer.sent);
  if (answer.stored > peer->match())
    level(*peer, answer.stored);
  confirm_reads();
}

void core::level(progress& peer, std::uint64_t index) {
  if (index > log_.last().index)
    return;
  peer.matched(index);
  count_commit();
  hand_over();
}

void core::lead() {
  if (now_ >= again_at_)
    again_at_ = never;
  if (transfer_ && now_ >= transfer_->until) {
    end_transfer();
    return;
  }
  if (now_ < beat_at_)
    return;
  if (has_quorum())
    beat();
  else
    become_follower(hard_.term, 0);
}

// Check-quorum (thesis 6.2): a leader that a majority does not answer steps
// down, so that its clients look for another.
bool core::has_quorum() const {
  return agreed_by_peers([](const progress& peer) { return peer.heard_at(); })
         > now_ - opts_.election_max_ms;
}

bool core::idle() const {
  auto last = log_.last().index;
  if (commit_ < last || transfer_ || !reads_.empty())
    return false;
  auto level = [&](const auto& p) {
    const progress& peer = p.second;
    return (peer.match() == last && peer.told_commit() == commit_)
           || peer.heard_at() < now_ - opts_.election_max_ms;
  };
  return std::all_of(peers_.begin(), peers_.end(), level);
}

void core::beat() {
  ++round_;
  held_by_all_ = least_match();
  for (auto& [node, peer] : peers_) {
    send(node,
         heartbeat{commit_, held_by_all_, peer.next() - 1, {round_, now_}});
    peer.told(commit_);
  }
  beat_at_ = peers_.empty() ? never
                            : next_beat(now_, idle() ? opts_.idle_heartbeat_ms
                                                     : opts_.heartbeat_ms);
}

void core::send_due() {
  for (auto& [node, peer] : peers_)
    while (peer.wants_append(opts_, log_.last().index, now_)
           && send_append(node, peer)) {
    }
  if (!reads_.empty() && reads_.back().round > round_)
    beat();
  if (!peers_.empty() && !idle())
    beat_at_ = std::min(beat_at_, next_beat(now_, opts_.heartbeat_ms));
}

bool core::send_append(node_id to, progress& peer) {
  append request;
  request.before.index = peer.next() - 1;
  auto term = log_.term(request.before.index);
  auto gone = !term && request.before.index < log_.compacted().index;
  auto again_in = opts_.heartbeat_ms;
  if (term && peer.next() <= log_.last().index) {
    auto found = log_.read(peer.next(), opts_.append_entries_max,
                           opts_.append_bytes_max);
    if (found)
      request.entries = std::move(*found);
    else
      term.reset();
    if (!found && found.error().code == errc::rate_limited)
      again_in = found.error().retry_after_ms;
    gone = !found && found.error().code == errc::not_found;
  }
  if (gone) {
    peer.needs_snapshot();
    snapshots_out_.push_back(to);
    return false;
  }
  if (!term) {
    peer.hold(now_ + again_in);
    again_at_ = std::min(again_at_, now_ + again_in);
    return false;
  }
  request.before.term = *term;
  request.commit = commit_;
  request.held_by_all = held_by_all_;
  request.stamp = {round_, now_};
  peer.sent(request.before.index + request.entries.size(),
            payload(request.entries));
  peer.told(commit_);
  send(to, std::move(request));
  return true;
}

// Only entries of the own term are committed by counting; earlier ones are by
// being before them (paper 5.4.2, figure 8). This disk counts like the others,
// once it has them (thesis 10.2.1); learners and, while it leaves, the leader
// itself do not.
void core::count_commit() {
  auto match = [this](node_id node) {
    auto found = peers_.find(node);
    auto reached = node == self_           ? log_.durable()
                   : found == peers_.end() ? 0
                                           : found->second.match();
    return static_cast<std::int64_t>(reached);
  };
  auto index = static_cast<std::uint64_t>(
    std::max<std::int64_t>(agreed(config(), match), 0));
  if (index <= commit_ || log_.term(index) != hard_.term)
    return;
  commit_to(index);
  settle_config();
}

// This member itself has reached whatever is asked for.
std::int64_t
core::agreed_by_peers(std::int64_t (*reached)(const progress&)) const {
  return agreed(config(), [this, reached](node_id node) {
    return node == self_ ? never : reached(peers_.at(node));
  });
}

std::uint64_t core::least_match() const {
  auto least = log_.durable();
  for (const auto& [node, peer] : peers_)
    least = std::min(least, peer.match());
  return least;
}

} // namespace parley::cluster::raft
