#pragma once

#include "base/clock.hpp"
#include "cluster/member/member.hpp"
#include "net/server.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace parley::node {

/// By when so many sessions can be taken in by `takers` other nodes, of which
/// each takes `accept_rate` a second, while `leavers` nodes send theirs to
/// them. Without another node it is this one, when it is back.
std::chrono::milliseconds time_to_leave(std::size_t sessions,
                                        std::uint64_t accept_rate,
                                        std::size_t takers,
                                        std::size_t leavers);

/// Does what the cluster map says of this node where that is to drain: turns
/// new sessions away, waits until others lead what it led, then sends its
/// sessions to the others, no faster than they can take them in. Until it is
/// undrained, which takes all of that back. Tells the other nodes how far it
/// is. To be used by one thread at a time.
///
/// Where no other node that is up has been reached for some seconds, nothing of
/// this is done: better served by a node that drains than by none.
class drainer {
public:
  /// `url`: where clients of other nodes can be sent to; may be empty.
  drainer(cluster::member& member, std::uint64_t accept_rate, std::string url);

  /// Looks what there is to be done. Call a few times a second.
  void look(net::server& network);

  /// How all sessions are to leave when the node stops.
  net::departure all_leave(std::size_t sessions) const;

private:
  enum class stage : std::uint8_t { serving, handing_over, leaving };

  /// What the cluster looks like from here.
  struct surroundings {
    /// The map says so.
    bool draining = false;
    std::size_t led = 0;
    std::size_t takers = 0;
    /// Others that drain.
    std::size_t leavers = 0;
    std::vector<std::string> urls;
  };

  surroundings look_around() const;
  net::departure plan(const surroundings& seen, std::size_t sessions) const;
  void go_on(net::server& network, const surroundings& seen);

  cluster::member& member_;
  const std::uint64_t accept_rate_;
  const std::string url_;
  stage stage_ = stage::serving;
  /// The fewest shards that it has led since it began to drain, and since when.
  std::size_t fewest_led_ = 0;
  steady_clock::time_point fewest_since_;
  /// When another node could be reached; now, at the start.
  steady_clock::time_point accompanied_at_ = steady_clock::now();
};

} // namespace parley::node
