#include "net/api/exchange.hpp"

#include "net/rpc/print.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/url/parse.hpp>

#include <utility>

namespace parley::net {

namespace http = boost::beast::http;
namespace json = boost::json;

namespace {

constexpr std::uint32_t ms_per_s = 1000;

http_response make_response(unsigned status, std::string body) {
  http_response out;
  out.result(status);
  out.set(http::field::content_type, "application/json");
  out.body() = std::move(body);
  return out;
}

// What a browser must not do with an answer, whatever it holds.
void set_security_headers(http_response& out) {
  out.set("X-Content-Type-Options", "nosniff");
  out.set("X-Frame-Options", "DENY");
  out.set("Referrer-Policy", "no-referrer");
  out.set("Cross-Origin-Opener-Policy", "same-origin");
  out.set("Cross-Origin-Resource-Policy", "same-origin");
  if (out.count("Content-Security-Policy") == 0)
    out.set("Content-Security-Policy",
            "default-src 'none'; frame-ancestors 'none'");
  if (out.count(http::field::cache_control) == 0)
    out.set(http::field::cache_control, "no-store");
}

} // namespace

exchange::exchange(http_context with, http_request request, respond then)
  : with_(std::move(with)),
    request_(std::move(request)),
    then_(std::move(then)) {
  read_target();
}

void exchange::read_target() {
  auto target = request_.target();
  auto url = boost::urls::parse_origin_form({target.data(), target.size()});
  if (!url)
    return;
  valid_ = true;
  for (auto part : url->segments())
    path_.push_back(part);
  if (path_.size() == 1 && path_.front().empty())
    path_.clear();
  for (auto each : url->params())
    query_.emplace(each.key, each.value);
}

std::string_view exchange::raw_path() const {
  std::string_view target{request_.target().data(), request_.target().size()};
  return target.substr(0, target.find('?'));
}

std::optional<std::string> exchange::query(const std::string& name) const {
  auto found = query_.find(name);
  if (found == query_.end())
    return std::nullopt;
  return found->second;
}

std::string_view exchange::bearer() const {
  constexpr std::string_view scheme = "Bearer ";
  auto header = request_[http::field::authorization];
  std::string_view text{header.data(), header.size()};
  if (text.size() <= scheme.size()
      || !boost::beast::iequals(header.substr(0, scheme.size()), "bearer "))
    return {};
  text.remove_prefix(scheme.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

result<json::object> exchange::body(std::uint32_t depth_max) const {
  const auto& text = request_.body();
  if (text.empty())
    return json::object{};
  json::parse_options opts;
  opts.max_depth = depth_max;
  json::error_code ec;
  auto value = json::parse({text.data(), text.size()}, ec, {}, opts);
  if (ec)
    return error{errc::parse_error, ec.message()};
  if (auto* object = value.if_object())
    return std::move(*object);
  return error{errc::bad_params, "the body must be a JSON object"};
}

void exchange::answer_json(unsigned status, std::string json) {
  answer(make_response(status, std::move(json)));
}

void exchange::answer_error(const error& why) {
  answer_error(rpc::wire_code_of(why.code).http_status, why);
}

void exchange::answer_error(unsigned status, const error& why,
                            std::string_view allow) {
  std::string body = R"({"error":)";
  rpc::write_error(body, why);
  body += '}';
  auto out = make_response(status, std::move(body));
  if (!allow.empty())
    out.set(http::field::allow, {allow.data(), allow.size()});
  if (status == 401)
    out.set(http::field::www_authenticate, "Bearer");
  if (why.retry_after_ms > 0) {
    auto seconds = (why.retry_after_ms + ms_per_s - 1) / ms_per_s;
    out.set(http::field::retry_after, std::to_string(seconds));
  }
  answer(std::move(out));
}

void exchange::answer_empty(unsigned status) {
  http_response out;
  out.result(status);
  answer(std::move(out));
}

void exchange::answer(http_response response) {
  response.version(request_.version());
  response.keep_alive(request_.keep_alive());
  set_security_headers(response);
  response.prepare_payload();
  // As for GET, but without what the length announces.
  if (request_.method() == http::verb::head)
    response.body().clear();
  std::exchange(then_, nullptr)(std::move(response));
}

} // namespace parley::net
