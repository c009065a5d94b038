#include "cli/command.hpp"

#include "cli/output.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

namespace parley::cli {

namespace json = boost::json;

namespace {

constexpr const char* default_address = "127.0.0.1:9090";

} // namespace

result<std::string> session::address() const {
  if (!ops.empty())
    return ops;
  if (data_dir.empty())
    return std::string{default_address};
  auto path = data_dir + "/node.json";
  std::ifstream file{path};
  std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  json::error_code ec;
  auto parsed = json::parse(bytes, ec);
  auto found = ec ? std::string{} : text(parsed, "ops");
  if (found.empty())
    return error{errc::io_failed,
                 "no node runs with " + data_dir + ": there is no " + path};
  return found;
}

result<json::value> session::fetch(std::string_view method,
                                   json::object params) const {
  auto at = address();
  if (!at)
    return at.error();
  ops_client node{*at, token, std::chrono::milliseconds{timeout_ms}};
  return node.call(method, std::move(params));
}

int session::ask(std::string_view method, json::object params,
                 const std::function<void(const json::value&)>& show) const {
  auto answer = fetch(method, std::move(params));
  if (!answer)
    return fail(answer.error());
  if (json)
    std::cout << boost::json::serialize(*answer) << '\n';
  else
    show(*answer);
  return exit_ok;
}

int session::fail(const error& why) const {
  auto code = why.code == errc::io_failed         ? exit_unreachable
              : why.code == errc::invalid_request ? exit_usage
                                                  : exit_refused;
  if (json) {
    boost::json::object out{{"message", why.detail}, {"exit_code", int{code}}};
    if (!why.field.empty())
      out["field"] = why.field;
    std::cerr << boost::json::serialize(
      boost::json::object{{"error", std::move(out)}})
              << '\n';
    return code;
  }
  std::cerr << "parleyctl: ";
  if (!why.field.empty())
    std::cerr << harmless(why.field) << ": ";
  std::cerr << harmless(why.detail) << '\n';
  if (why.code == errc::unauthenticated)
    std::cerr << "parleyctl: give the node's ops.token with --token or in "
                 "PARLEY_OPS_TOKEN\n";
  return code;
}

} // namespace parley::cli
