#include "net/api/answer.hpp"

namespace parley::net {

actors::caller an_operator() {
  return {{}, 0, true};
}

void ask(const exchange_ptr& request, result<rpc::target> what,
         void (*write)(std::string&, const actors::reply&)) {
  if (!what)
    return request->answer_error(what.error());
  request->with().port.call(
    an_operator(), std::move(*what),
    [request, write](const result<actors::reply>& reply) {
      if (!reply)
        return request->answer_error(reply.error());
      constexpr unsigned ok = 200;
      std::string out = R"({"result":)";
      write(out, *reply);
      out += '}';
      request->answer_json(ok, std::move(out));
    });
}

} // namespace parley::net
