#pragma once

#include "net/screen/message_hook.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace parley::net {

/// One connection to the hook, which takes one question at a time and is kept
/// for the next. One that the other end has closed meanwhile is made anew,
/// once. To be used on the thread of `io`; `where` outlives it.
class hook_lane {
public:
  /// `on_idle` is called when it can take a question, from nothing else that it
  /// does.
  hook_lane(boost::asio::io_context& io, const hook_place& where,
            std::function<void(hook_lane&)> on_idle);

  void ask(hook_question one);

private:
  using error_code = boost::system::error_code;
  using tcp = boost::asio::ip::tcp;
  using parser
    = boost::beast::http::response_parser<boost::beast::http::string_body>;

  void begin();
  void find();
  void connect(const tcp::resolver::results_type& found);
  void write();
  void read();
  void read_answer();
  void take_answer();
  void fail(const std::string& what, error_code why);
  void finish(result<std::string> what);

  boost::asio::io_context& io_;
  const hook_place& where_;
  const std::function<void(hook_lane&)> on_idle_;
  tcp::resolver names_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<boost::beast::tcp_stream> stream_;
  boost::beast::http::request<boost::beast::http::string_body> request_;
  boost::beast::flat_buffer buffer_;
  unsigned interim_answers_ = 0;
  std::optional<parser> answer_;
  hook_question now_;
  /// The connection is one that was idle.
  bool reused_ = false;
};

} // namespace parley::net
