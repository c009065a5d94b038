#pragma once

#include "actors/replies.hpp"
#include "base/error.hpp"
#include "net/rpc/method_table.hpp"

#include <functional>

namespace parley::net {

/// Called on the network thread that made the call, once.
using on_reply = std::function<void(result<actors::reply>)>;

/// The way from the network to the entities. Each network thread has one;
/// to be used on that thread only.
class caller_port {
public:
  virtual ~caller_port() = default;

  /// Sends `what` and calls `then` with its reply, or with `unavailable` when
  /// there was none in `limits::call_timeout`.
  virtual void call(const actors::caller& from, rpc::target what, on_reply then)
    = 0;
};

} // namespace parley::net
