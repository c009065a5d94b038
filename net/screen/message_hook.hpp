#pragma once

#include "base/error.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace parley::net {

struct hook_options {
  /// `http://HOST[:PORT][/PATH]`
  std::string url = {};
  std::chrono::milliseconds timeout{500};
  std::size_t concurrency = 32;
  /// Questions that may wait for a connection; more fail at once.
  std::size_t queue_max = 10'000;
};

/// Where the hook is.
struct hook_place {
  std::string host;
  std::string port;
  /// As in the header `Host`.
  std::string name;
  std::string target;
};

/// What the hook is asked, until it has answered.
struct hook_question {
  std::string body;
  /// Given the body of an answer 200, or why there is none.
  std::function<void(result<std::string>)> then;
  std::chrono::steady_clock::time_point deadline;
};

class hook_lane;

/// Asks an HTTP endpoint: POSTs JSON over a few connections that are kept, from
/// a thread of its own. Safe to call from any thread.
class message_hook {
public:
  /// `bad_config` where the URL is none.
  static result<std::unique_ptr<message_hook>> make(const hook_options& opts);

  ~message_hook();
  message_hook(const message_hook&) = delete;
  message_hook& operator=(const message_hook&) = delete;

  /// Calls `then` on the hook's thread, once, within the time-out and a little.
  void ask(std::string body, std::function<void(result<std::string>)> then);

  /// Ends at once; what was not answered then, or is asked later, never is.
  void stop();

private:
  message_hook(const hook_options& opts, hook_place where);

  void add(hook_question one);
  /// The lane has nothing to do.
  void employ(hook_lane& lane);

  const hook_options opts_;
  const hook_place where_;
  /// Guards whether `io_` is there; what it does is its thread's.
  std::mutex ending_;
  std::unique_ptr<boost::asio::io_context> io_
    = std::make_unique<boost::asio::io_context>(1);
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
    guard_{io_->get_executor()};
  std::deque<hook_question> waiting_;
  std::vector<std::unique_ptr<hook_lane>> lanes_;
  std::vector<hook_lane*> idle_;
  std::thread thread_;
};

} // namespace parley::net
