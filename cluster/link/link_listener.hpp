#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "cluster/link/frame.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace parley::cluster::link {

/// Takes the answer to a request, once; later ones are ignored. Safe to call
/// from any thread, and after the links are gone.
using reply_to = std::function<void(result<std::string>)>;

/// What two nodes agreed on when their link came up.
struct link_terms {
  /// Random, of the other side's process: tells it from its successor.
  std::uint64_t incarnation = 0;
  /// The highest version of the protocol that both speak.
  std::uint16_t version = 0;
};

/// A node of another cluster of the same name and secret that took this node
/// for a member of its own.
struct rival_claim {
  node_id node = 0;
  std::uint64_t cluster = 0;
  /// Nodes of that cluster that it reaches, with itself; 0 where that cluster
  /// has no owner of its map, as a minority, or it does not say.
  std::uint32_t living = 0;
};

/// Is told what happens on the links, on their one thread. While it is in here
/// nothing is read from any peer, so whoever sends too much is pushed back by
/// TCP; and no ping is sent or answered, so it must not take longer than a
/// fraction of `down_after`. May send. Must not destroy the links.
class link_listener {
public:
  virtual ~link_listener() = default;

  /// Frames can be sent to `node`, and from now on it can be heard.
  virtual void up(node_id node, const link_terms& terms) = 0;

  /// The link to `node` is gone with all that was queued for it; how much of
  /// what was sent before has arrived is not known. Told once for every `up`.
  virtual void down(node_id node) = 0;

  /// One or more frames, in the order in which they were sent in their class.
  /// The payloads live until the call returns.
  virtual void received(node_id node, std::span<const frame> frames) = 0;

  /// Somebody who holds the cluster's secret, but who may be no member, asks.
  /// Answered by a call of `then`, now or later.
  virtual void asked(std::string request, reply_to then) = 0;

  /// A peer says that this node is no member any more.
  virtual void expelled_by(node_id /*peer*/) {}

  /// Another cluster has this node's address for one of its members.
  virtual void claimed(const rival_claim&) {}
};

} // namespace parley::cluster::link
