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

queue_name queue_of(rpc::params& in) {
  if (!in.has("queue"))
    return queue_name{"default"};
  return queue_name{in.line("queue", 1, queue_name::size_max)};
}

void ask_queue(const exchange_ptr& request, const queue_name& queue,
               actors::queue_command what,
               void (*write)(std::string&, const actors::reply&)) {
  request->with().port.call(
    actors::caller{{}, 0, true}, {cluster::key_of(queue), std::move(what)},
    [request, write](const result<actors::reply>& reply) {
      if (!reply)
        return request->answer_error(reply.error());
      std::string out = R"({"result":)";
      write(out, *reply);
      out += '}';
      constexpr unsigned http_ok = 200;
      request->answer_json(http_ok, std::move(out));
    });
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
  for (const auto& [name, run] : table)
    if (name == method) {
      (this->*run)(request, in);
      return true;
    }
  return false;
}

void queue_admin::list(const exchange_ptr& request, rpc::params&) {
  answer(request, [&](rpc::json_out& to) {
    to.begin_object();
    to.key("queues");
    to.begin_array();
    for (const auto& name : node_.queues())
      to.value(std::string_view{name});
    to.end_array();
    to.end_object();
  });
}

void queue_admin::show(const exchange_ptr& request, rpc::params& in) {
  auto queue = queue_of(in);
  if (!in.done())
    return request->answer_error(in.done().error());
  ask_queue(request, queue, actors::show_queue{}, rpc::write_inspection);
}

void queue_admin::explain(const exchange_ptr& request, rpc::params& in) {
  auto queue = queue_of(in);
  actors::explain_ticket what{in.position("ticket")};
  if (!in.done())
    return request->answer_error(in.done().error());
  ask_queue(request, queue, what, rpc::write_inspection);
}

void queue_admin::drain(const exchange_ptr& request, rpc::params& in) {
  auto queue = queue_of(in);
  actors::drain_queue what{in.flag("on")};
  if (!in.done())
    return request->answer_error(in.done().error());
  ask_queue(request, queue, what, rpc::write_done);
}

void queue_admin::list_matches(const exchange_ptr& request, rpc::params& in) {
  auto queue = queue_of(in);
  actors::list_matches what;
  what.to = std::numeric_limits<timestamp_ms>::max();
  if (in.has("from_ts"))
    what.from = in.time("from_ts");
  if (in.has("to_ts"))
    what.to = in.time("to_ts");
  what.limit = in.limit(matches_default, matches_max);
  if (!in.done())
    return request->answer_error(in.done().error());
  ask_queue(request, queue, what, rpc::write_matches);
}

} // namespace parley::net
