#include "net/request_parser.hpp"

#include <boost/asio/buffer.hpp>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

// What is left of a chunked body has as many bytes at least ("0\r\n\r\n").
// Beast 1.81 asserts it when it looks again at a last chunk that came in
// pieces, and ends the process.
constexpr std::size_t last_chunk_bytes = 5;

} // namespace

request_parser::request_parser(std::uint64_t body_bytes_max) {
  parser_.eager(true);
  parser_.header_limit(head_bytes_max);
  parser_.body_limit(body_bytes_max);
}

bool request_parser::feed(std::string& in, boost::beast::error_code& why) {
  if (head_done() && parser_.chunked() && in.size() < last_chunk_bytes)
    return false;
  auto used = parser_.put(boost::asio::buffer(in), why);
  if (why == http::error::need_more)
    why = {};
  in.erase(0, used);
  return used > 0;
}

bool request_parser::head_done() const {
  return parser_.is_header_done();
}

bool request_parser::done() const {
  return parser_.is_done();
}

const http_request& request_parser::request() const {
  return parser_.get();
}

http_request request_parser::release() {
  return parser_.release();
}

} // namespace parley::net
