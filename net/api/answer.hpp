#pragma once

#include "net/api/exchange.hpp"
#include "net/rpc/json_out.hpp"
#include "net/rpc/method_table.hpp"

#include <boost/asio/post.hpp>

#include <string>
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

/// Who operators' calls come from.
inline actors::caller an_operator() {
  return {{}, 0, true};
}

/// Asks an entity and answers with what `write` makes of its reply.
void ask_entity(const exchange_ptr& request, result<rpc::target> what,
                void (*write)(std::string&, const actors::reply&));

/// The same from another thread: `write(json_out&, what)` runs on the
/// request's.
template <class What, class Write>
void answer_later(const exchange_ptr& request, What what, Write write) {
  boost::asio::post(
    request->with().executor, [request, what = std::move(what), write] {
      answer(request, [&](rpc::json_out& to) { write(to, what); });
    });
}

} // namespace parley::net
