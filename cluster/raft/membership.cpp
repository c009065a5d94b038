#include "cluster/raft/core.hpp"

#include <algorithm>

// Joint consensus (paper 6, thesis 4.3): a change goes through a configuration
// in which both the old and the new voters must agree. A member uses the newest
// one in its log, committed or not.
namespace parley::cluster::raft {

result<position> core::change(std::vector<node_id> voters,
                              std::vector<node_id> learners, time_ms now) {
  enter(now);
  // Before its no-op is committed a leader cannot know which configuration is.
  if (role_ != role::leader || commit_ < term_start_ || transfer_)
    return error{errc::unavailable, "not the leader, or not yet"};
  if (configs_.size() > 1 || config().joint())
    return error{errc::conflict, "a change is under way"};
  auto next = make_configuration(std::move(voters), std::move(learners));
  if (!next)
    return next.error();
  if (*next == config())
    return error{errc::bad_params, "nothing to change"};
  if (next->voters != config().voters)
    next->outgoing = config().voters;
  auto data = std::make_shared<const std::string>(encode(*next));
  return append_own(entry_kind::config, std::move(data));
}

bool core::follow_log_config(const entry& e) {
  auto config = decode_configuration(*e.data);
  if (!config)
    return false;
  configs_.emplace_back(e.at.index, std::move(*config));
  if (role_ == role::leader)
    meet_peers();
  else
    await_leader();
  return true;
}

void core::revert_config(std::uint64_t first) {
  while (configs_.size() > 1 && configs_.back().first >= first)
    configs_.pop_back();
}

// Once the joint configuration is committed, neither side can decide alone any
// more, and the leader, whichever it is by now, appends the new one. Once that
// is committed, those it leaves out are free to go, the leader last.
void core::settle_config() {
  if (configs_.size() > 1)
    return;
  if (config().joint()) {
    configuration next{config().voters, {}, config().learners};
    append_own(entry_kind::config,
               std::make_shared<const std::string>(encode(next)));
  } else if (!config().votes(self_) && !transfer_) {
    transfer_ = {best_successor(), now_ + opts_.election_max_ms};
    hand_over();
  }
}

void core::meet_peers() {
  auto all = config().everyone();
  std::erase_if(peers_, [&](const auto& p) {
    return !std::binary_search(all.begin(), all.end(), p.first);
  });
  for (auto node : all)
    if (node != self_)
      peers_.try_emplace(node, log_.last().index + 1, now_);
  beat_at_ = peers_.empty() ? never : std::min(beat_at_, now_);
}

} // namespace parley::cluster::raft
