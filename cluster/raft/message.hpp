#pragma once

#include "base/error.hpp"
#include "cluster/raft/types.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley::cluster::raft {

/// Which of a leader's messages an answer is to. Comes back as it was sent, so
/// a leader need not remember when it sent what.
struct round_stamp {
  std::uint64_t round = 0;
  /// On the leader's clock, not after it was sent.
  time_ms sent_at = 0;

  friend bool operator==(const round_stamp&, const round_stamp&) = default;
};

/// AppendEntries (paper 5.3).
struct append {
  /// Just before the first of `entries`.
  position before;
  std::uint64_t commit = 0;
  /// Every member holds the log up to here on disk: it can be dropped.
  std::uint64_t held_by_all = 0;
  round_stamp stamp;
  std::vector<entry> entries;
};

struct append_answer {
  /// Whether the logs matched at `append::before`.
  bool matched = false;
  /// If so, the log is equal to the leader's, and on disk, up to here. If not,
  /// the log may be equal up to here.
  std::uint64_t index = 0;
  /// What `append::before` said, if they did not match.
  std::uint64_t refused = 0;
  round_stamp stamp;
};

/// An append that carries nothing, and checks nothing.
struct heartbeat {
  std::uint64_t commit = 0;
  std::uint64_t held_by_all = 0;
  /// The last entry sent to this peer.
  std::uint64_t sent = 0;
  round_stamp stamp;
};

struct heartbeat_answer {
  /// As `append_answer::index`, whose messages may have been lost.
  std::uint64_t stored = 0;
  /// Up to where the log is equal to the leader's, on disk or not. Below
  /// `heartbeat::sent` something was lost.
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  round_stamp stamp;
};

/// RequestVote (paper 5.2), and its rehearsal (thesis 9.6).
struct vote_request {
  /// Would you vote for me in this term? Changes nothing.
  bool rehearsal = false;
  /// The leader asked for this election: its lease is void, and hearing from
  /// it is no reason to refuse (thesis 4.2.3).
  bool forced = false;
  position last;
};

struct vote_answer {
  bool rehearsal = false;
  bool granted = false;
};

/// Start an election now (thesis 3.10).
struct timeout_now {};

/// From one member of a group to another. Which group, the carrier says.
///
/// Messages may be lost, doubled and overtake each other; but between two
/// nodes, order makes the log flow faster.
struct message {
  node_id from = 0;
  node_id to = 0;
  /// The sender's, or in a rehearsal the one it would have.
  std::uint64_t term = 0;
  std::variant<append, append_answer, heartbeat, heartbeat_answer, vote_request,
               vote_answer, timeout_now>
    body;
};

/// Whether it is an append that is no mere question.
bool carries_entries(const message& m);

/// What it takes in memory, near enough.
std::size_t bytes_of(const message& m);

/// Readers ignore what follows the fields they know and take a field that is
/// absent as zero, so versions that differ by fields understand each other.
std::string encode(const message& m);

/// Takes any bytes; `corrupt` when they are no message. The receiver checks
/// `from` against the link that the bytes came by.
result<message> decode(std::string_view bytes);

} // namespace parley::cluster::raft
