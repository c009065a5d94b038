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
/// without duplicates; learners are not voters of either set.
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
  bool learns(node_id node) const;
  bool has(node_id node) const {
    return votes(node) || learns(node);
  }

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

/// The highest value that a majority of each voter set has reached, where
/// `of` says what a node has reached.
std::int64_t agreed(const configuration& config,
                    const std::function<std::int64_t(node_id)>& of);

std::string encode(const configuration& config);

/// Takes any bytes; `corrupt` when they are no configuration.
result<configuration> decode_configuration(std::string_view bytes);

} // namespace parley::cluster::raft
