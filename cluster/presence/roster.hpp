#pragma once

#include "base/clock.hpp"
#include "cluster/presence/options.hpp"
#include "cluster/presence/session_table.hpp"
#include "cluster/presence/view.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace parley::cluster::presence {

class redis_client;

/// Who is there: the sessions of this node, told to Redis where there is one,
/// and what all nodes have told it. docs/presence.md has the layout.
///
/// Redis may be slow, gone or empty at any time: nothing waits for it, nothing
/// grows without bound, and what it has lost it is told again. Safe to call
/// from any thread; each call returns at once. Callbacks come from a thread of
/// the roster's own, or from the caller's before the call returns.
class roster {
public:
  /// Without a Redis in `opts` it knows this node only.
  roster(options opts, const clock& time);

  /// Leaves without a word: others notice when the lease ends. Callbacks that
  /// are owed come before it returns.
  ~roster();

  roster(const roster&) = delete;
  roster& operator=(const roster&) = delete;

  void session_opened(const user_id& user);

  /// `last_seen` is when it ended.
  void session_closed(const user_id& user, timestamp_ms last_seen);

  /// How a user with a session here is shown. Nothing where it has none.
  void status_changed(const user_id& user, status now);

  /// Views in the order of `users`, within `look_up_timeout`.
  void look_up(std::vector<user_id> users,
               std::function<void(std::vector<view>)> then);

  /// The nodes whose lease is alive.
  void list_nodes(std::function<void(node_list)> then);

  /// Whether there is a Redis by configuration.
  bool shared() const {
    return opts_.enabled();
  }

  /// Tells Redis what is left to tell, and that this node is gone, waiting
  /// `patience` at most. To be called once its sessions are closed. Look-ups
  /// under way are answered at once.
  void leave(milliseconds patience);

private:
  session_table& table_of(const user_id& user) const;
  void wake(const user_id& user);
  view own_view(const user_id& user, bool stale) const;
  node_row own_row() const;

  const options opts_;
  const clock& time_;
  const timestamp_ms since_;
  /// What the Redises are called, none where there is none.
  const std::vector<std::string> names_;
  /// One for each Redis, or one.
  std::vector<std::unique_ptr<session_table>> tables_;
  std::unique_ptr<redis_client> redis_;
};

} // namespace parley::cluster::presence
