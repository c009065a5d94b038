#pragma once

#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/tcp_stream.hpp>

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

/// Asks an HTTP endpoint: POSTs JSON over a few connections that are kept, from
/// a thread of its own. A connection that the other end has closed meanwhile is
/// made anew, once. Safe to call from any thread.
class message_hook {
public:
  /// The body of an answer 200, or why there is none.
  using then = std::function<void(result<std::string>)>;

  /// `bad_config` where the URL is none.
  static result<std::unique_ptr<message_hook>> make(const hook_options& opts);

  ~message_hook();
  message_hook(const message_hook&) = delete;
  message_hook& operator=(const message_hook&) = delete;

  /// Calls `what` on the hook's thread, once, within the time-out and a little.
  void ask(std::string body, then what);

  /// Ends at once; what was not answered then, or is asked later, never is.
  void stop();

private:
  using clock = std::chrono::steady_clock;
  using stream = std::unique_ptr<boost::beast::tcp_stream>;

  struct question {
    std::string body;
    then what;
    clock::time_point asked;
  };

  struct place {
    std::string host;
    std::string port;
    /// As in the header `Host`.
    std::string name;
    std::string target;
  };

  message_hook(const hook_options& opts, place where);

  static result<place> read_url(const std::string& url);

  void add(question one);
  boost::asio::awaitable<void> work();
  boost::asio::awaitable<void> serve(stream& over, question one);
  boost::asio::awaitable<result<std::string>> exchange(stream& over,
                                                       const question& one);
  boost::asio::awaitable<boost::system::error_code>
  connect(stream& over, clock::time_point deadline);

  const hook_options opts_;
  const place where_;
  /// Guards whether `io_` is there; what it does is its thread's.
  std::mutex ending_;
  std::unique_ptr<boost::asio::io_context> io_
    = std::make_unique<boost::asio::io_context>(1);
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
    guard_{io_->get_executor()};
  std::deque<question> waiting_;
  std::vector<stream> idle_;
  std::size_t workers_ = 0;
  std::thread thread_;
};

} // namespace parley::net
