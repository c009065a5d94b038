#include "cluster/presence/read_pool.hpp"

#include <algorithm>
#include <utility>

namespace parley::cluster::presence {

read_pool::read_pool(boost::asio::io_context& loop, const options& opts)
  : loop_(loop), opts_(opts), slots_(std::max<std::size_t>(1, opts.readers)) {}

read_pool::~read_pool() {
  close();
}

void read_pool::move_to(const address& where) {
  if (where_ == where)
    return;
  where_ = where;
  close();
  for (auto& each : slots_)
    each = {};
}

void read_pool::open(slot& in) {
  in.connected = connection::open(
    loop_, {*where_, opts_.login, opts_.database, opts_.silence},
    {[&in](const greeting&) { in.retry.reset(); },
     [&in](const std::string&) {
       in.connected.reset();
       in.open_at = steady_clock::now() + in.retry.next();
     }});
}

void read_pool::tick(steady_clock::time_point now) {
  for (auto& each : slots_) {
    if (auto held = each.connected)
      held->tick(now);
    if (!each.connected && where_ && now >= each.open_at)
      open(each);
  }
}

std::shared_ptr<connection> read_pool::pick() const {
  std::shared_ptr<connection> best;
  for (const auto& each : slots_)
    if (each.connected && each.connected->up()
        && (!best || each.connected->waiting() < best->waiting()))
      best = each.connected;
  return best;
}

void read_pool::close() {
  for (auto& each : slots_)
    if (auto held = std::exchange(each.connected, nullptr))
      held->close();
}

} // namespace parley::cluster::presence
