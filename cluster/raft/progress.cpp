#include "cluster/raft/progress.hpp"

#include <algorithm>

namespace parley::cluster::raft {

bool progress::wants_append(const options& opts, std::uint64_t last,
                            time_ms now) const {
  if (now < held_until_)
    return false;
  switch (mode_) {
    case mode::probe:
      // Without an entry to send it asks whether the logs match at all.
      return !waiting_ && (next_ <= last || match_ + 1 < next_ || unchecked_);
    case mode::replicate:
      return next_ <= last && flights_.size() < opts.inflight_messages_max
             && flight_bytes_ < opts.inflight_bytes_max;
    case mode::snapshot: return false;
  }
  return false;
}

void progress::sent(std::uint64_t last, std::size_t bytes) {
  if (mode_ == mode::probe) {
    waiting_ = true;
    return;
  }
  next_ = last + 1;
  flights_.push_back({last, bytes});
  flight_bytes_ += bytes;
}

void progress::needs_snapshot() {
  probe_from(next_);
  mode_ = mode::snapshot;
}

void progress::snapshot_ended(std::uint64_t upto, bool ok) {
  if (mode_ != mode::snapshot)
    return;
  probe_from(std::max(match_, ok ? upto : 0) + 1);
  waiting_ = !ok;
}

void progress::heard(const round_stamp& stamp, time_ms now) {
  heard_at_ = now;
  acked_.round = std::max(acked_.round, stamp.round);
  acked_.sent_at = std::max(acked_.sent_at, stamp.sent_at);
}

void progress::matched(std::uint64_t index) {
  match_ = std::max(match_, index);
  unchecked_ = false;
  while (!flights_.empty() && flights_.front().last <= match_) {
    flight_bytes_ -= flights_.front().bytes;
    flights_.pop_front();
  }
  if (mode_ == mode::probe && index + 1 >= next_) {
    mode_ = mode::replicate;
    next_ = match_ + 1;
  } else if (mode_ == mode::snapshot && match_ + 1 > next_) {
    probe_from(match_ + 1);
  }
  next_ = std::max(next_, match_ + 1);
}

void progress::refused(std::uint64_t refused, std::uint64_t hint) {
  // An answer that was overtaken by one that says more; but a log that starts
  // after what was sent may have come of a snapshot that nobody knows of.
  auto stale = hint > refused
                 ? hint <= match_
                 : hint == refused || refused <= match_
                     || (mode_ == mode::probe && refused != next_ - 1);
  if (!stale && mode_ != mode::snapshot)
    probe_from(std::max(match_, hint) + 1);
}

void progress::beat(std::uint64_t received, std::uint64_t sent) {
  // If it stored more than it received, it has restarted and no longer knows
  // that its log is ours.
  if (mode_ == mode::replicate && received < sent) {
    probe_from(std::max(match_, received) + 1);
    unchecked_ = true;
  } else if (mode_ == mode::probe) {
    waiting_ = false;
    unchecked_ = unchecked_ || received < sent;
  }
}

void progress::lost() {
  if (mode_ == mode::replicate)
    probe_from(match_ + 1);
  waiting_ = true;
}

void progress::probe_from(std::uint64_t next) {
  mode_ = mode::probe;
  next_ = next;
  waiting_ = false;
  unchecked_ = false;
  flights_.clear();
  flight_bytes_ = 0;
}

} // namespace parley::cluster::raft
