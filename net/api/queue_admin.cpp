#include "net/api/queue_admin.hpp"

#include "net/api/answer.hpp"
#include "net/rpc/results.hpp"

#include <array>
#include <limits>
#include <utility>

namespace parley::net {

namespace {

constexpr std::size_t matches_default = 50;
constexpr std::size_t matches_max = 1'000;

void ask_queue(const exchange_ptr& request, rpc::params& in,
               const queue_name& queue, actors::queue_command what,
               void (*write)(std::string&, const actors::reply&)) {
  if (!in.done())
    return request->answer_error(in.done().error());
  ask(request, rpc::target{cluster::key_of(queue), std::move(what)}, write);
}

} // namespace

bool queue_admin::call(std::string_view method, const exchange_ptr& request,
                       rpc::params& in) {
  struct entry {
    std::string_view name;
    void (queue_admin::*run)(const exchange_ptr&, rpc::params&);
  };
  static constexpr std::array table{
    entry{"queue.list", &queue_admin::list},
    entry{"queue.show", &queue_admin::show},
    entry{"queue.explain", &queue_admin::explain},
    entry{"queue.drain", &queue_admin::drain},
    entry{"match.sessions", &queue_admin::list_matches},
  };
  return call_named(table, method, *this, request, in);
}

void queue_admin::list(const exchange_ptr& request, rpc::params&) {
  answer(request, [&](rpc::json_out& to) {
    to.begin_object();
    to.list_member("queues", node_.queues());
    to.end_object();
  });
}

void queue_admin::show(const exchange_ptr& request, rpc::params& in) {
  auto queue = in.queue();
  ask_queue(request, in, queue, actors::show_queue{}, rpc::write_inspection);
}

void queue_admin::explain(const exchange_ptr& request, rpc::params& in) {
  auto queue = in.queue();
  actors::explain_ticket what{in.position("ticket")};
  ask_queue(request, in, queue, what, rpc::write_inspection);
}

void queue_admin::drain(const exchange_ptr& request, rpc::params& in) {
  auto queue = in.queue();
  actors::drain_queue what{in.flag("on")};
  ask_queue(request, in, queue, what, rpc::write_done);
}

void queue_admin::list_matches(const exchange_ptr& request, rpc::params& in) {
  auto queue = in.queue();
  actors::list_matches what;
  what.to = std::numeric_limits<timestamp_ms>::max();
  if (in.has("from_ts"))
    what.from = in.time("from_ts");
  if (in.has("to_ts"))
    what.to = in.time("to_ts");
  what.limit = in.limit(matches_default, matches_max);
  ask_queue(request, in, queue, what, rpc::write_matches);
}

} // namespace parley::net
