#pragma once

#include "cluster/presence/options.hpp"
#include "cluster/presence/read_pool.hpp"
#include "cluster/presence/reading.hpp"
#include "cluster/presence/sentinel_watch.hpp"
#include "cluster/presence/session_writer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace parley::cluster::presence {

/// The Redises that users are spread over, and the thread that speaks to them.
/// Safe to call from any thread.
class redis_client {
public:
  /// A table for each Redis, in the order of `names_of`; they outlive this.
  redis_client(const options& opts, const clock& time, timestamp_ms since,
               std::vector<session_table*> tables);

  /// Breaks everything off; what is owed gets its answer first.
  ~redis_client();

  redis_client(const redis_client&) = delete;
  redis_client& operator=(const redis_client&) = delete;

  /// The table has something to tell.
  void wake(std::size_t redis);

  /// Reads users, each list from the Redis at its place; an empty list reads
  /// the leases alone. `then` is called once, within `look_up_timeout`, with
  /// nothing in place of those that did not answer.
  void look_up(std::vector<std::vector<user_id>> users,
               std::function<void(std::vector<std::optional<said>>)> then);

  /// Answers the look-ups under way with what is there.
  void leave(std::function<void()> done);

private:
  struct redis {
    std::string name;
    std::unique_ptr<session_writer> writer;
    std::unique_ptr<read_pool> readers;
    /// Null where the address is given.
    std::unique_ptr<sentinel_watch> sentinel;
    /// So that many changes wake the thread once.
    std::atomic<bool> woken = false;
  };

  struct look_up_job;

  void add(const std::string& name, session_table& sessions, const clock& time,
           timestamp_ms since, const std::string& run);
  void run();
  void wait_for_tick();
  void tick();
  void begin(const std::shared_ptr<look_up_job>& job);
  void close();

  const options& opts_;
  const key_names keys_;
  const std::vector<session_table*> tables_;
  boost::asio::io_context loop_{1};
  boost::asio::steady_timer timer_{loop_};
  std::vector<std::unique_ptr<redis>> redises_;
  std::vector<std::shared_ptr<look_up_job>> jobs_;
  bool closed_ = false;
  std::thread thread_;
};

/// What the Redises of a configuration are called: users are spread by it.
std::vector<std::string> names_of(const options& opts);

} // namespace parley::cluster::presence
