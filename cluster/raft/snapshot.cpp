#include "cluster/raft/core.hpp"

#include <algorithm>

// Snapshots (paper 7) travel outside of the core, which is told what came of
// them.
namespace parley::cluster::raft {

snapshot_fate core::judge(position upto) const {
  if (role_ == role::leader || upto.index <= commit_)
    return snapshot_fate::refuse;
  // What follows the snapshot in this log may have been acknowledged, and is
  // kept (paper, figure 13, step 6).
  return log_.holds(upto) ? snapshot_fate::keep_log : snapshot_fate::drop_log;
}

snapshot_fate core::judge_anew(position upto) const {
  // What is missing between the two is nowhere on this disk any more.
  if (role_ == role::leader || upto.index < log_.compacted().index)
    return snapshot_fate::refuse;
  return log_.holds(upto) ? snapshot_fate::keep_log : snapshot_fate::drop_log;
}

void core::snapshot_installed(position upto, configuration config) {
  auto fate = judge(upto);
  if (fate == snapshot_fate::refuse)
    return;
  dirty_ = true;
  if (fate == snapshot_fate::drop_log) {
    log_.restart(upto);
    checked_ = 0;
  }
  commit_to(upto.index);
  applied_ = delivered_ = upto.index;
  if (fate == snapshot_fate::drop_log)
    revert_config(0);
  configs_.front() = {upto.index, std::move(config)};
  await_leader();
}

void core::snapshot_sent(node_id peer, position upto, bool ok) {
  auto found = peers_.find(peer);
  if (found == peers_.end())
    return;
  found->second.snapshot_ended(upto.index, ok);
  dirty_ = true;
}

void core::unreachable(node_id peer) {
  if (auto found = peers_.find(peer); found != peers_.end())
    found->second.lost();
}

} // namespace parley::cluster::raft
