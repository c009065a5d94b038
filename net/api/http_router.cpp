#include "net/api/http_router.hpp"

#include <algorithm>
#include <utility>

namespace parley::net {

using boost::beast::http::verb;

namespace {

constexpr unsigned method_not_allowed = 405;

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> out;
  while (path.size() > 1) {
    path.remove_prefix(1);
    auto end = std::min(path.find('/'), path.size());
    out.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

bool matches(const std::vector<std::string>& pattern,
             const std::vector<std::string>& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](const std::string& want, const std::string& is) {
                      return want == "*" ? !is.empty() : want == is;
                    });
}

void append_verb(std::string& allow, verb which) {
  auto name = boost::beast::http::to_string(which);
  allow.append(allow.empty() ? "" : ", ").append(name.data(), name.size());
  if (which == verb::get)
    allow.append(", HEAD");
}

constexpr unsigned bad_request = 400;

} // namespace

void http_router::add(verb verb, std::string_view path, handler what) {
  routes_.push_back({verb, split(path), std::move(what)});
}

void http_router::dispatch(const exchange_ptr& request) const {
  if (!request->valid() || request->is_ambiguous()) {
    const auto* why = request->valid() ? "a part of the query is there twice"
                                       : "the path or the query is not encoded "
                                         "as it must be";
    return request->answer_error(bad_request, error{errc::bad_params, why});
  }
  auto wanted = request->request().method();
  if (wanted == verb::head)
    wanted = verb::get;
  std::string allow;
  for (const auto& known : routes_) {
    if (!matches(known.path, request->path()))
      continue;
    if (known.verb == wanted)
      return known.what(request);
    append_verb(allow, known.verb);
  }
  if (allow.empty())
    request->answer_error(error{errc::not_found, "there is nothing here"});
  else
    request->answer_error(
      method_not_allowed,
      error{errc::invalid_request, "this path does not know that verb"}, allow);
}

} // namespace parley::net
