#pragma once

#include "net/call.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace parley::net {

using http_request
  = boost::beast::http::request<boost::beast::http::string_body>;
using http_response
  = boost::beast::http::response<boost::beast::http::string_body>;

/// What a handler may know of the connection that a request came over. Lives
/// until the response has been given.
struct http_context {
  caller_port& port;
  /// Where the response must be given: the connection's thread.
  boost::asio::any_io_executor executor;
  /// The peer's address, for limits.
  std::string peer;
  /// Kept until the response has been written.
  std::shared_ptr<std::vector<std::shared_ptr<void>>> kept = {};
};

/// Gives the response, on the connection's thread, once.
using respond = std::function<void(http_response)>;

/// Handles the requests of one listener; shared by its threads.
class http_api {
public:
  virtual ~http_api() = default;
  virtual void handle(http_context with, http_request request, respond then)
    = 0;
};

} // namespace parley::net
