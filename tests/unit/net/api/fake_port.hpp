#pragma once

#include "net/http_api.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::net {

/// Entities that answer what the test says, at once.
class fake_port final : public caller_port {
public:
  struct seen_call {
    actors::caller from;
    rpc::target what;
  };

  void call(const actors::caller& from, rpc::target what,
            on_reply then) override {
    calls.push_back({from, what});
    then(answer(from, what));
  }

  /// The last command, which must be of that kind.
  template <class Command>
  const Command& last() const {
    const auto& any = calls.back().what.command;
    if constexpr (std::is_constructible_v<actors::user_command, Command>)
      return std::get<Command>(std::get<actors::user_command>(any));
    else
      return std::get<Command>(std::get<actors::conversation_command>(any));
  }

  std::function<result<actors::reply>(const actors::caller&,
                                      const rpc::target&)>
    answer;
  std::vector<seen_call> calls;
};

/// Whether the target is that command for a user.
template <class Command>
const Command* user_command_of(const rpc::target& what) {
  const auto* to_user = std::get_if<actors::user_command>(&what.command);
  return to_user ? std::get_if<Command>(to_user) : nullptr;
}

/// Sends requests to a handler as its listener would.
class fake_listener {
public:
  explicit fake_listener(fake_port& port) : port_(port) {}

  http_response send(http_api& to, http_request request) {
    std::optional<http_response> got;
    boost::asio::io_context context;
    auto guard = boost::asio::make_work_guard(context);
    to.handle({port_, context.get_executor(), "192.0.2.1"}, std::move(request),
              [&](http_response answer) {
                got = std::move(answer);
                guard.reset();
                context.stop();
              });
    if (!got)
      context.run();
    return std::move(*got);
  }

private:
  fake_port& port_;
};

inline http_request make_request(boost::beast::http::verb verb,
                                 std::string_view target,
                                 std::string_view token = {},
                                 std::string body = {}) {
  http_request out{verb, {target.data(), target.size()}, 11};
  if (!token.empty())
    out.set(boost::beast::http::field::authorization,
            "Bearer " + std::string{token});
  out.body() = std::move(body);
  return out;
}

inline boost::json::value json_of(const http_response& answer) {
  boost::json::error_code ec;
  return boost::json::parse(answer.body(), ec);
}

/// The number of the error in the answer, or 0.
inline std::int64_t error_of(const http_response& answer) {
  auto body = json_of(answer);
  const auto* object = body.if_object();
  const auto* found = object ? object->if_contains("error") : nullptr;
  return found ? found->at("code").as_int64() : 0;
}

} // namespace parley::net
