#pragma once

#include "net/http_api.hpp"
#include "net/request_head.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace parley::net {

/// Reads one HTTP/1 request (RFC 9112) from bytes as they come. Strict: what
/// two readers could understand in two ways is a fault. Fields behind a chunked
/// body are dropped: they come too late to say who asks, and for what.
class request_parser {
public:
  request_parser(std::uint32_t head_bytes_max, std::uint64_t body_bytes_max);

  request_parser(const request_parser&) = delete;
  request_parser& operator=(const request_parser&) = delete;

  /// Takes what it can from the front of `in`; false if that was nothing, and
  /// more must come first. Of no more use once there is a fault.
  bool feed(std::string& in);

  const std::optional<request_fault>& fault() const {
    return fault_;
  }

  bool head_done() const;
  bool done() const;

  /// What has been read so far; its head, once that is done.
  const http_request& request() const;

  http_request release();

private:
  void on_error(boost::beast::error_code why);
  void check_new_head();
  void check_chunk_head(const std::string& in);

  boost::beast::http::request_parser<boost::beast::http::string_body> parser_;
  const std::size_t head_bytes_max_;
  std::optional<request_fault> fault_;
  /// The fields of a head that is followed by chunks.
  std::optional<boost::beast::http::fields> head_fields_;
  bool head_checked_ = false;
  /// What the chunks that have begun hold in all.
  std::uint64_t announced_ = 0;
  std::function<void(std::uint64_t, boost::beast::string_view,
                     boost::beast::error_code&)>
    on_chunk_;
};

} // namespace parley::net
