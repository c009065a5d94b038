#pragma once

#include "cluster/raft/message.hpp"
#include "cluster/raft/options.hpp"
#include "cluster/raft/types.hpp"

#include <deque>

namespace parley::cluster::raft {

/// What a leader knows of one member's log, and what it has sent it.
class progress {
public:
  enum class mode : std::uint8_t {
    /// Looking for where the logs match: one append at a time.
    probe,
    /// Sending without waiting for answers.
    replicate,
    /// Lacks entries that nobody has: waiting for a snapshot to arrive.
    snapshot
  };

  progress(std::uint64_t next, time_ms now) : next_(next), heard_at_(now) {}

  mode state() const {
    return mode_;
  }

  /// Known to be on its disk up to here.
  std::uint64_t match() const {
    return match_;
  }

  /// To be sent next.
  std::uint64_t next() const {
    return next_;
  }

  time_ms heard_at() const {
    return heard_at_;
  }

  const round_stamp& acked() const {
    return acked_;
  }

  /// The commit index it was last told.
  std::uint64_t told_commit() const {
    return told_commit_;
  }

  void told(std::uint64_t commit) {
    told_commit_ = commit;
  }

  /// Whether there is something to send, and room for it.
  bool wants_append(const options& opts, std::uint64_t last, time_ms now) const;

  /// An append up to `last` with `bytes` of payload goes out.
  void sent(std::uint64_t last, std::size_t bytes);

  /// An append could not be made: no more until then.
  void hold(time_ms until) {
    held_until_ = until;
  }

  void needs_snapshot();
  void snapshot_ended(std::uint64_t upto, bool ok);

  /// Any answer.
  void heard(const round_stamp& stamp, time_ms now);

  void matched(std::uint64_t index);
  void refused(std::uint64_t refused, std::uint64_t hint);

  /// It has received the log up to `received` when it should have up to
  /// `sent`.
  void beat(std::uint64_t received, std::uint64_t sent);

  /// What is under way to it may not arrive.
  void lost();

private:
  struct flight {
    std::uint64_t last;
    std::size_t bytes;
  };

  void probe_from(std::uint64_t next);

  mode mode_ = mode::probe;
  std::uint64_t match_ = 0;
  std::uint64_t next_;
  std::uint64_t told_commit_ = 0;
  /// In `probe`: an append is under way, or must wait.
  bool waiting_ = false;
  time_ms held_until_ = std::numeric_limits<time_ms>::min();
  /// In `probe`: must be asked even if there is no entry to send.
  bool unchecked_ = false;
  std::deque<flight> flights_;
  std::size_t flight_bytes_ = 0;
  round_stamp acked_{0, std::numeric_limits<time_ms>::min()};
  time_ms heard_at_;
};

} // namespace parley::cluster::raft
