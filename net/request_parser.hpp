#pragma once

#include "net/http_api.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <cstdint>
#include <string>

namespace parley::net {

/// Reads one HTTP/1 request (RFC 9112) from bytes as they come.
class request_parser {
public:
  /// The bytes that its head may have.
  static constexpr std::uint32_t head_bytes_max = 8 * 1024;

  explicit request_parser(std::uint64_t body_bytes_max);

  /// Takes what it can from the front of `in`; false if that was nothing, and
  /// more must come first. `why` says what is wrong with the request, after
  /// which the parser is of no more use.
  bool feed(std::string& in, boost::beast::error_code& why);

  bool head_done() const;
  bool done() const;

  /// What has been read so far; its head, once that is done.
  const http_request& request() const;

  http_request release();

private:
  boost::beast::http::request_parser<boost::beast::http::string_body> parser_;
};

} // namespace parley::net
