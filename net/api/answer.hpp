#pragma once

#include "net/api/exchange.hpp"
#include "net/rpc/json_out.hpp"
#include "net/rpc/params.hpp"

#include <boost/asio/post.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace parley::net {

/// Answers an operator's call: `write(json_out&)` writes the result.
template <class Write>
void answer(const exchange_ptr& request, Write&& write) {
  constexpr unsigned ok = 200;
  std::string out = R"({"result":)";
  rpc::append_json(out, std::forward<Write>(write));
  out += '}';
  request->answer_json(ok, std::move(out));
}

/// In whose name `parleyctl` asks.
actors::caller an_operator();

/// Asks an entity in an operator's name, and answers with what `write` makes of
/// its reply.
void ask(const exchange_ptr& request, result<rpc::target> what,
         void (*write)(std::string&, const actors::reply&));

/// Runs the member function that the table has for the method; false if it has
/// none.
template <class Table, class Admin>
bool call_named(const Table& table, std::string_view method, Admin& on,
                const exchange_ptr& request, rpc::params& in) {
  for (const auto& [name, run] : table) {
    if (name != method)
      continue;
    (on.*run)(request, in);
    return true;
  }
  return false;
}

/// The same as `answer` from another thread: `write(json_out&, what)` runs on
/// the request's.
template <class What, class Write>
void answer_later(const exchange_ptr& request, What what, Write write) {
  boost::asio::post(
    request->with().executor, [request, what = std::move(what), write] {
      answer(request, [&](rpc::json_out& to) { write(to, what); });
    });
}

} // namespace parley::net
