#include "net/request_parser.hpp"

#include <boost/asio/buffer.hpp>

#include <algorithm>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

// What is left of a chunked body has as many bytes at least ("0\r\n\r\n").
// Beast 1.81 asserts it when it looks again at a last chunk that came in
// pieces, and ends the process.
constexpr std::size_t last_chunk_bytes = 5;

constexpr unsigned bad_request = 400;
constexpr unsigned payload_too_large = 413;
constexpr unsigned header_too_large = 431;

constexpr std::string_view line_end = "\r\n";

bool has_bare_line_feed(std::string_view text) {
  for (auto at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1))
    if (at == 0 || text[at - 1] != '\r')
      return true;
  return false;
}

/// Whether a chunk's head, as far as it is there, can be one: a size, and the
/// end of its line; of the last chunk all that follows.
bool can_be_chunk_head(std::string_view text, bool first) {
  if (!first) {
    auto seen = std::min(text.size(), line_end.size());
    if (text.substr(0, seen) != line_end.substr(0, seen))
      return false;
    text.remove_prefix(seen);
  }
  auto digits = text.find_first_not_of("0123456789abcdefABCDEF");
  if (digits == 0
      || (digits < text.size()
          && std::string_view{"; \t\r"}.find(text[digits]) == text.npos))
    return false;
  auto size = text.substr(0, digits);
  auto last = !size.empty() && size.find_first_not_of('0') == size.npos;
  auto end = text.find('\n');
  return !has_bare_line_feed(
    last || end == text.npos ? text : text.substr(0, end + 1));
}

} // namespace

request_parser::request_parser(std::uint32_t head_bytes_max,
                               std::uint64_t body_bytes_max)
  : head_bytes_max_(head_bytes_max),
    on_chunk_([this](std::uint64_t size, boost::beast::string_view,
                     boost::beast::error_code&) { announced_ += size; }) {
  parser_.eager(true);
  parser_.header_limit(head_bytes_max);
  parser_.body_limit(body_bytes_max);
  parser_.on_chunk_header(on_chunk_);
}

bool request_parser::feed(std::string& in) {
  if (head_done() && parser_.chunked() && in.size() < last_chunk_bytes) {
    check_chunk_head(in);
    return false;
  }
  boost::beast::error_code why;
  // The head alone first, so that nothing of a body is believed before it.
  parser_.eager(head_done());
  auto used = parser_.put(boost::asio::buffer(in), why);
  in.erase(0, used);
  if (why && why != http::error::need_more)
    on_error(why);
  else if (head_done() && !head_checked_)
    check_new_head();
  else if (head_done() && !done() && why == http::error::need_more)
    check_chunk_head(in);
  return used > 0;
}

void request_parser::on_error(boost::beast::error_code why) {
  if (why == http::error::header_limit)
    fault_ = {header_too_large, {errc::too_large, "header too large"}};
  else if (why == http::error::body_limit)
    fault_ = {payload_too_large, {errc::too_large, "body too large"}};
  else
    fault_ = {bad_request, {errc::invalid_request, "bad HTTP request"}};
}

void request_parser::check_new_head() {
  head_checked_ = true;
  fault_ = check_head(parser_.get());
  if (!fault_)
    fault_ = normalize_target(parser_.get());
  if (!fault_ && parser_.chunked())
    head_fields_ = parser_.get();
}

// Between chunks Beast waits for the end of a line, which some proxies see in a
// line feed alone and others never, for as long as it takes.
void request_parser::check_chunk_head(const std::string& in) {
  if (!parser_.chunked() || parser_.get().body().size() < announced_)
    return;
  if (!can_be_chunk_head(in, announced_ == 0))
    fault_ = {bad_request, {errc::invalid_request, "bad chunk"}};
  else if (in.size() > head_bytes_max_)
    fault_ = {header_too_large, {errc::too_large, "chunk header too large"}};
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
  auto out = parser_.release();
  if (head_fields_)
    static_cast<http::fields&>(out.base()) = std::move(*head_fields_);
  return out;
}

} // namespace parley::net
