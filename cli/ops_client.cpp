#include "cli/ops_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <optional>
#include <utility>

namespace parley::cli {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using asio::ip::tcp;

namespace {

constexpr std::uint64_t answer_bytes_max = 64 * 1024 * 1024;

/// One request and its answer, with one deadline for all of it.
class round_trip {
public:
  round_trip(http::request<http::string_body> request,
             std::chrono::milliseconds timeout)
    : request_(std::move(request)), timeout_(timeout) {
    parser_.body_limit(answer_bytes_max);
  }

  beast::error_code run(const std::string& host, const std::string& port) {
    beast::error_code failed;
    auto found = tcp::resolver{context_}.resolve(host, port, failed);
    if (failed)
      return failed;
    stream_.expires_after(timeout_);
    stream_.async_connect(
      found, [&](beast::error_code ec, const tcp::endpoint&) {
        if ((failed = ec))
          return;
        http::async_write(stream_, request_,
                          [&](beast::error_code bad, std::size_t) {
                            if (!(failed = bad))
                              read(failed);
                          });
      });
    context_.run();
    return failed;
  }

  std::string body() {
    return parser_.release().body();
  }

private:
  void read(beast::error_code& failed) {
    http::async_read(
      stream_, buffer_, parser_,
      [&failed](beast::error_code ec, std::size_t) { failed = ec; });
  }

  http::request<http::string_body> request_;
  const std::chrono::milliseconds timeout_;
  asio::io_context context_;
  beast::tcp_stream stream_{context_};
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
};

std::string text_at(const json::object& from, std::string_view name) {
  const auto* found = from.if_contains({name.data(), name.size()});
  const auto* text = found ? found->if_string() : nullptr;
  return text ? std::string{text->data(), text->size()} : std::string{};
}

error refusal(const json::object& from) {
  error out{errc::internal, text_at(from, "message")};
  const auto* data = from.if_contains("data");
  if (const auto* more = data ? data->if_object() : nullptr) {
    if (auto detail = text_at(*more, "detail"); !detail.empty())
      out.detail = detail;
    out.field = text_at(*more, "field");
  }
  const auto* code = from.if_contains("code");
  if (code && *code == 404)
    out.code = errc::not_found;
  if (code && *code == 401)
    out.code = errc::unauthenticated;
  return out;
}

} // namespace

ops_client::ops_client(std::string address, std::string token,
                       std::chrono::milliseconds timeout)
  : address_(std::move(address)), token_(std::move(token)), timeout_(timeout) {}

result<std::string> ops_client::post(std::string body) const {
  auto colon = address_.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return error{errc::invalid_request,
                 "--ops " + address_ + " is not HOST:PORT"};
  auto host = address_.substr(0, colon);
  if (host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  http::request<http::string_body> request{http::verb::post, "/v1/admin", 11};
  request.set(http::field::host, address_);
  request.set(http::field::content_type, "application/json");
  request.set(http::field::connection, "close");
  if (!token_.empty())
    request.set(http::field::authorization, "Bearer " + token_);
  request.body() = std::move(body);
  request.prepare_payload();
  round_trip trip{std::move(request), timeout_};
  if (auto failed = trip.run(host, address_.substr(colon + 1)))
    return error{errc::io_failed,
                 "no node answers at " + address_ + ": " + failed.message()};
  return trip.body();
}

result<json::value> ops_client::call(std::string_view method,
                                     json::object params) const {
  json::object request;
  request["method"] = json::string_view{method.data(), method.size()};
  request["params"] = std::move(params);
  auto text = post(json::serialize(request));
  if (!text)
    return text.error();
  json::error_code ec;
  auto answer = json::parse(*text, ec);
  auto* object = ec ? nullptr : answer.if_object();
  if (object && object->contains("result"))
    return std::move(object->at("result"));
  const auto* why = object ? object->if_contains("error") : nullptr;
  if (why && why->is_object())
    return refusal(why->get_object());
  return error{errc::io_failed,
               "what answers at " + address_ + " is no ops listener of Parley"};
}

} // namespace parley::cli
