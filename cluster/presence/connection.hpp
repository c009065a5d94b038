#pragma once

#include "base/clock.hpp"
#include "cluster/presence/options.hpp"
#include "cluster/presence/reply.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct redisAsyncContext;

namespace parley::cluster::presence {

/// Called with the answer, or null where there will be none: the connection
/// broke, and nobody knows whether the command was carried out.
using on_reply = std::function<void(const reply* answer)>;

/// Who the other end says that it is.
struct greeting {
  /// New whenever a Redis starts.
  std::string run_id = {};
  bool is_master = false;
  /// What it calls this connection; 0 where it does not say.
  std::int64_t client = 0;
};

/// One connection to a Redis or a Sentinel, whose commands are pipelined and
/// answered in order. Used on the loop's thread only; its owner calls `tick`
/// from time to time, for hiredis knows no time-outs.
class connection : public std::enable_shared_from_this<connection> {
public:
  struct events {
    /// It can be used.
    std::function<void(const greeting&)> on_up;
    /// It cannot be used any more, or never could. Said once.
    std::function<void(const std::string& why)> on_down;
  };

  struct target {
    address where = {};
    credentials login = {};
    unsigned database = 0;
    milliseconds silence{1'000};
  };

  /// Begins to connect. `call` comes from the loop, never from `open`.
  static std::shared_ptr<connection> open(boost::asio::io_context& loop,
                                          target to, events call);

  ~connection();

  /// Null at once where it is down. `then` may be called while this runs.
  void send(const std::vector<std::string>& words, on_reply then);

  /// Gives up where an answer is overdue.
  void tick(steady_clock::time_point now);

  /// Breaks it off: what is owed gets null, `on_down` is not called.
  void close();

  bool up() const {
    return up_;
  }

  /// Commands without an answer.
  std::size_t waiting() const {
    return owed_.size();
  }

private:
  struct debt {
    on_reply then;
    steady_clock::time_point since;
  };

  connection(boost::asio::io_context& loop, target to, events call);

  void resolve();
  void connect(const address& to);
  void greet();
  void on_role(const reply* answer);
  void answered(const reply* answer);
  void fail(const std::string& why);
  void drop_context();
  void settle_debts();

  static connection* of(const redisAsyncContext* context);

  boost::asio::io_context& loop_;
  const target to_;
  events call_;
  boost::asio::ip::tcp::resolver resolver_;
  redisAsyncContext* context_ = nullptr;
  std::deque<debt> owed_;
  greeting greeting_;
  steady_clock::time_point began_ = steady_clock::now();
  bool up_ = false;
  bool down_ = false;
};

} // namespace parley::cluster::presence
