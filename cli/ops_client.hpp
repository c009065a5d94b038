#pragma once

#include "base/error.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace parley::cli {

/// Talks to the ops listener of one node. A connection a call.
class ops_client {
public:
  /// `address` is HOST:PORT; an empty token is not sent.
  ops_client(std::string address, std::string token,
             std::chrono::milliseconds timeout);

  /// What the node answers: the result, or its refusal. `io_failed` where no
  /// node could be reached or what answered is none.
  result<boost::json::value> call(std::string_view method,
                                  boost::json::object params = {}) const;

private:
  result<std::string> post(std::string body) const;

  std::string address_;
  std::string token_;
  std::chrono::milliseconds timeout_;
};

} // namespace parley::cli
