#include "net/dispatch.hpp"

#include "actors/type_ids.hpp"
#include "base/clock.hpp"
#include "cluster/router.hpp"

#include <caf/message.hpp>

namespace parley::net {

namespace {

std::int64_t now_us() {
  using namespace std::chrono;
  auto since = steady_clock::now().time_since_epoch();
  return duration_cast<microseconds>(since).count();
}

} // namespace

void dispatch(cluster::router& router, const actors::caller& from,
              const actors::reply_address& reply_to, rpc::target what) {
  auto wrap = [&]<class Command>(Command& command) {
    return caf::make_message(
      actors::request<Command>{from, reply_to, now_us(), std::move(command)});
  };
  router.send(what.entity, std::visit(wrap, what.command));
}

} // namespace parley::net
