#include "net/dispatch.hpp"

#include "actors/type_ids.hpp"
#include "cluster/router.hpp"
#include "net/steady_ms.hpp"

#include <caf/message.hpp>

namespace parley::net {

void dispatch(cluster::router& router, const actors::caller& from,
              const actors::reply_address& reply_to, rpc::target what,
              cluster::entity_runner* by) {
  auto wrap = [&]<class Command>(Command& command) {
    return caf::make_message(actors::request<Command>{
      from, reply_to, steady_us(), std::move(command)});
  };
  router.send(what.entity, std::visit(wrap, what.command), 0, by);
}

} // namespace parley::net
