#include "net/api/exchange.hpp"

#include "base/check.hpp"
#include "net/http_reply.hpp"
#include "net/rpc/json_faults.hpp"
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

constexpr unsigned unauthorized = 401;

} // namespace

exchange::exchange(http_context with, http_request request, respond then)
  : with_(std::move(with)),
    request_(std::move(request)),
    then_(std::move(then)) {
  if (!with_.kept)
    with_.kept = std::make_shared<std::vector<std::shared_ptr<void>>>();
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
    is_ambiguous_
      = !query_.emplace(each.key, each.value).second || is_ambiguous_;
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
  if (const auto* fault = rpc::fault_in_json(text, value))
    return error{errc::bad_params, fault};
  if (auto* object = value.if_object())
    return std::move(*object);
  return error{errc::bad_params, "the body must be a JSON object"};
}

void exchange::answer_json(unsigned status, std::string json) {
  http_response out;
  out.result(status);
  out.set(http::field::content_type, "application/json");
  out.body() = std::move(json);
  answer(std::move(out));
}

void exchange::answer_error(const error& why) {
  answer_error(rpc::wire_code_of(why.code).http_status, why);
}

void exchange::answer_error(unsigned status, const error& why,
                            std::string_view allow) {
  auto out = error_reply(status, why);
  if (!allow.empty())
    out.set(http::field::allow, {allow.data(), allow.size()});
  if (status == unauthorized)
    out.set(http::field::www_authenticate, "Bearer");
  answer(std::move(out));
}

void exchange::answer_empty(unsigned status) {
  http_response out;
  out.result(status);
  answer(std::move(out));
}

void exchange::answer(http_response response) {
  auto then = std::exchange(then_, nullptr);
  PARLEY_CHECK(then);
  then(std::move(response));
}

} // namespace parley::net
