#pragma once

#include "cluster/presence/backoff.hpp"
#include "cluster/presence/connection.hpp"
#include "cluster/presence/layout.hpp"
#include "cluster/presence/session_table.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace parley::cluster::presence {

/// What a lease says of its node besides whose it is.
struct node_counts {
  std::uint64_t users = 0;
  std::uint64_t sessions = 0;
};

/// Tells one Redis of this node's sessions: holds the node's lease there,
/// writes what the table has to tell, and begins a new generation wherever the
/// Redis may have lost something. Used on the loop's thread only.
class session_writer {
public:
  struct calls {
    std::function<node_counts()> count;
    /// The Redis cannot be written to.
    std::function<void()> on_down;
  };

  session_writer(boost::asio::io_context& loop, const options& opts,
                 const std::string& name, const std::string& run,
                 timestamp_ms since, const clock& time, session_table& sessions,
                 calls call);

  ~session_writer();

  /// Where the Redis is from now on.
  void move_to(const address& where);

  void tick(steady_clock::time_point now);

  /// Writes what there is to tell, as much as may be on its way.
  void pump();

  /// Tells the rest, then that this node is gone, then calls `done`: at once
  /// where the Redis cannot be reached.
  void leave(std::function<void()> done);

  void close();

  /// Whether others may not have come to tell this Redis everything yet.
  bool unsure(steady_clock::time_point now) const;

private:
  bool up() const {
    return connection_ && connection_->up();
  }

  void open();
  void on_up(const greeting& from);
  void on_down(const std::string& why);
  void break_off(const std::string& why);
  void on_lease(const reply& answer);
  void begin_generation();
  void renew(bool first);
  void on_renewed(const reply& answer, const incarnation& as, bool first);
  void write(const change& what);
  void on_written(const reply* answer, const change& what);
  void reassert(std::size_t room);
  void say_gone();

  std::string count_text(milliseconds x) const;

  boost::asio::io_context& loop_;
  const options& opts_;
  const std::string name_;
  const key_names keys_;
  const timestamp_ms since_;
  const clock& time_;
  session_table& sessions_;
  const calls call_;
  std::optional<address> where_;
  std::shared_ptr<connection> connection_;
  std::string run_id_;
  /// What this Redis called the last connection.
  std::int64_t client_ = 0;
  incarnation as_;
  /// When this Redis was first met in its present run.
  steady_clock::time_point met_ = {};
  steady_clock::time_point renew_at_ = {};
  steady_clock::time_point open_at_ = {};
  /// After a refusal nothing is written for a moment.
  steady_clock::time_point pause_until_ = {};
  steady_clock::time_point filled_ = {};
  backoff retry_;
  std::size_t budget_ = 0;
  /// The lease is known to be ours; before, nothing is written.
  bool leased_ = false;
  bool asserting_ = false;
  bool was_up_ = false;
  bool told_down_ = false;
  bool leaving_ = false;
  bool gone_ = false;
  std::function<void()> left_;
};

} // namespace parley::cluster::presence
