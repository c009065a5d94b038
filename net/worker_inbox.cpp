#include "actors/trace.hpp"
#include "net/dispatch.hpp"
#include "net/session.hpp"
#include "net/steady_ms.hpp"
#include "net/worker.hpp"

// How a network thread and the entities talk.
namespace parley::net {

namespace {

void count(net_metrics& metrics, const told& what) {
  if (what.delivered > 0)
    metrics.delivered.Increment(static_cast<double>(what.delivered));
  if (what.gapped > 0)
    metrics.gapped.Increment(static_cast<double>(what.gapped));
  if (what.dropped > 0)
    metrics.dropped.Increment(static_cast<double>(what.dropped));
  if (what.missed > 0)
    metrics.missed.Increment(static_cast<double>(what.missed));
  if (what.stale)
    metrics.stale.Increment();
}

} // namespace

void worker::call(const actors::caller& from, rpc::target what, on_reply then) {
  auto deadline = fresh_ms() + env_.opts.call_timeout.count();
  auto id = calls_.add(std::move(then), shard_of(what.entity), deadline);
  dispatch(env_.parts.router, from,
           actors::call_address{env_.opts.node, index_, id}, std::move(what));
}

void worker::call(const actors::caller& from, rpc::target what,
                  session_call then) {
  auto deadline = now_ms_ + env_.opts.call_timeout.count();
  // Others may have to read more than one would let sockets wait for.
  auto is_short = then.method != nullptr
                  && then.method->costs.draws() == rpc::token::message;
  auto id = calls_.add(std::move(then), shard_of(what.entity), deadline);
  dispatch(env_.parts.router, from,
           actors::call_address{env_.opts.node, index_, id}, std::move(what),
           is_short ? &entities_ : nullptr);
  if (is_short)
    want_round();
}

void worker::tell(const actors::caller& from, rpc::target what) {
  dispatch(env_.parts.router, from, std::monostate{}, std::move(what));
}

void worker::on_inbox() {
  begin_round();
  tasks_.take(batch_);
  for (auto& one : batch_)
    std::visit([this](auto& what) { handle(what); }, one);
  batch_.clear();
  if (moved_)
    begin_to_catch_up();
  end_round();
}

void worker::resolve(pending_call what, result<actors::reply> reply) {
  if (auto* then = std::get_if<on_reply>(&what)) {
    (*then)(std::move(reply));
    return;
  }
  auto& made = std::get<session_call>(what);
  if (auto* caller = find(made.session))
    caller->on_reply(made, std::move(reply));
}

void worker::handle(task::answer& what) {
  if (auto pending = calls_.take(what.call))
    resolve(std::move(*pending), std::move(what.what));
}

void worker::handle(task::publish& what) {
  // What is said after a move is the first thing to be doubted.
  if (moved_)
    begin_to_catch_up();
  const auto& event = *what.event;
  told_.clear();
  count(env_.metrics, hub_.publish(event, told_));
  if (!told_.empty())
    env_.parts.trace.delivered(event.what.conversation, event.at, told_);
}

void worker::handle(task::publish_presence& what) {
  count(env_.metrics, hub_.publish(*what.change));
  const auto& now = what.change->what.now;
  if (what.change->what.only_to.empty() && !hub_.sessions_of(now.user).empty())
    env_.parts.sessions.status_changed(now.user, now.status);
}

void worker::handle(task::subscribe& what) {
  auto* whose = find(what.session);
  if (whose == nullptr || !whose->joined())
    return;
  if (hub_.subscribe(*whose, what.conversation) && what.last_seq > 0)
    whose->tell_gap(what.conversation, what.last_seq);
}

void worker::handle(task::unsubscribe& what) {
  if (auto* whose = find(what.session))
    hub_.unsubscribe(*whose, what.conversation);
}

void worker::handle(task::tell& what) {
  auto* whose = find(what.session);
  if (whose == nullptr)
    return;
  told how;
  ++(whose->tell_ephemeral(what.what) ? how.delivered : how.dropped);
  count(env_.metrics, how);
}

void worker::handle(task::close& what) {
  auto* whose = find(what.session);
  if (whose == nullptr)
    return;
  std::string_view reason = "session revoked";
  if (what.why == actors::close_reason::banned)
    reason = "banned";
  else if (what.why == actors::close_reason::replaced)
    reason = "session replaced";
  whose->close(static_cast<std::uint16_t>(what.why), reason);
}

// What is said may close a session that is too slow, which leaves the list.
void worker::handle(task::tell_user& what) {
  std::vector<session_id> ids;
  for (const auto* each : hub_.sessions_of(what.user))
    if (each->id() != what.except
        && (what.session == 0 || each->id() == what.session))
      ids.push_back(each->id());
  for (auto id : ids)
    if (auto* whose = find(id))
      whose->tell(what.frame);
}

void worker::handle(task::silence& what) {
  if (auto* whose = find(what.session))
    whose->silence(what.until);
}

} // namespace parley::net
