#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cluster::raft {

inline constexpr std::size_t group_nodes_max = 32;

/// Who takes part in a group: joint consensus (paper 6, thesis 4.3).
///
/// While `outgoing` has nodes, the group is between two sets of voters, and
/// elections and commits need a majority of each. All three are sorted and
/// without duplicates; no learner is in `voters`, and one that is in `outgoing`
/// votes until that is left.
struct configuration {
  std::vector<node_id> voters;
  std::vector<node_id> outgoing;
  /// Receive the log, but count for nothing.
  std::vector<node_id> learners;

  bool joint() const {
    return !outgoing.empty();
  }

  /// Whether it votes in either set.
  bool votes(node_id node) const;

  /// Whether it receives the log and does not vote.
  bool learns(node_id node) const;

  /// Whether `self` alone decides.
  bool alone(node_id self) const;

  /// Everyone once, sorted.
  std::vector<node_id> everyone() const;

  friend bool operator==(const configuration&, const configuration&) = default;
};

/// Sorts and removes duplicates. Fails with `bad_params` when there is no
/// voter, too many nodes, the node 0, or one that is voter and learner.
result<configuration> make_configuration(std::vector<node_id> voters,
                                         std::vector<node_id> learners);

/// What a node has reached.
using reached_by = std::function<std::int64_t(node_id)>;

/// The highest value that a majority of each voter set has reached; the
/// lowest of all where there are no voters.
std::int64_t agreed(const configuration& config, const reached_by& of);

std::string encode(const configuration& config);

/// Takes any bytes; `corrupt` when they are no configuration.
result<configuration> decode_configuration(std::string_view bytes);

} // namespace parley::cluster::raft
