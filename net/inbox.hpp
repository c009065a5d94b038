#pragma once

#include "actors/replies.hpp"
#include "base/error.hpp"
#include "net/hub.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

namespace parley::net {

namespace task {

struct answer {
  std::uint64_t call = 0;
  result<actors::reply> what;
};

struct publish {
  std::shared_ptr<const encoded_event> event;
};

struct publish_presence {
  std::shared_ptr<const encoded_presence> change;
};

struct subscribe {
  session_id session = 0;
  conversation_id conversation;
  seq last_seq = 0;
};

struct unsubscribe {
  session_id session = 0;
  conversation_id conversation;
};

struct tell {
  session_id session = 0;
  frame_ptr what;
};

struct close {
  session_id session = 0;
  actors::close_reason why = actors::close_reason::revoked;
};

/// For all sessions of the user, or one of them, or all but one.
struct tell_user {
  user_id user;
  session_id session = 0;
  session_id except = 0;
  frame_ptr frame;
};

struct silence {
  session_id session = 0;
  timestamp_ms until = 0;
};

struct shard_lost {
  std::uint16_t shard = 0;
};

struct shard_moved {
  std::uint16_t shard = 0;
};

using any
  = std::variant<answer, publish, publish_presence, subscribe, unsubscribe,
                 tell, close, shard_lost, shard_moved, tell_user, silence>;

} // namespace task

/// What other threads have for a network thread, in order. The thread is woken
/// once for all that gathers until it looks.
class inbox {
public:
  /// Called by any thread. Dropped once it is closed.
  void put(task::any what);

  /// Swaps what there is with `into`, which must be empty.
  void take(std::vector<task::any>& into);

  /// `wake` is called by the thread that puts the first task into the empty
  /// inbox, now if there is one already.
  void open(std::function<void()> wake);
  void close();

private:
  std::mutex guard_;
  std::vector<task::any> tasks_;
  std::function<void()> wake_;
  bool closed_ = false;
};

} // namespace parley::net
