#pragma once

#include "base/error.hpp"
#include "cluster/entity_key.hpp"

#include <caf/message.hpp>

namespace parley::cluster {

/// The way to the entities of other nodes, for messages that this folder knows
/// nothing of. Safe to call from any thread; returns at once.
class carrier {
public:
  virtual ~carrier() = default;

  /// Sends it to the node's router, after what was sent there before; `hops`
  /// is how many nodes it has come over. False if it can't be sent now.
  virtual bool carry(node_id to, const entity_key& key,
                     const caf::message& what, unsigned hops)
    = 0;

  /// Tells whoever waits for the answer that there is none. May send for that.
  virtual void refuse(const caf::message& what, const error& why) = 0;
};

} // namespace parley::cluster
