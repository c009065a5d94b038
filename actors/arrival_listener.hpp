#pragma once

#include "base/ids.hpp"
#include "match/wishes.hpp"

namespace parley::actors {

/// Is told who comes to queues that are to be noted, and who does not want to
/// wait any longer. Called from any thread; must not take long.
class arrival_listener {
public:
  virtual ~arrival_listener() = default;

  virtual void arrived(const queue_name& queue, const user_id& user,
                       timestamp_ms at, const match::raw_wishes& said)
    = 0;
  virtual void left(const queue_name& queue, const user_id& user,
                    timestamp_ms at)
    = 0;
};

} // namespace parley::actors
