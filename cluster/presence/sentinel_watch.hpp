#pragma once

#include "cluster/presence/connection.hpp"
#include "cluster/presence/options.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace parley::cluster::presence {

/// Where a Sentinel says that the master is; nothing where it knows none.
std::optional<address> read_master(const reply& answer);

/// Asks the sentinels every second where a master is, one of them until it
/// does not answer, then the next. Used on the loop's thread only.
class sentinel_watch {
public:
  /// `on_master` is told each answer, also one that says nothing new.
  sentinel_watch(boost::asio::io_context& loop, const options& opts,
                 std::string master,
                 std::function<void(const address&)> on_master);

  void tick(steady_clock::time_point now);

  /// The master does not answer: ask at once.
  void hurry();

  void close();

private:
  void open(steady_clock::time_point now);
  void ask(steady_clock::time_point now);
  void on_answer(const reply* answer);
  void give_up(const std::string& why);

  boost::asio::io_context& loop_;
  const options& opts_;
  const std::string master_;
  const std::function<void(const address&)> on_master_;
  std::shared_ptr<connection> connection_;
  std::size_t next_ = 0;
  steady_clock::time_point due_ = {};
  /// Sentinels that had no answer since one had.
  std::size_t failed_ = 0;
};

} // namespace parley::cluster::presence
