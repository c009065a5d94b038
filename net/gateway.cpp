#include "net/gateway.hpp"

#include "base/check.hpp"
#include "net/rpc/print.hpp"
#include "net/session_ids.hpp"

#include <algorithm>

namespace parley::net {

namespace {

seq position_of(const actors::conversation_event& what) {
  if (const auto* x = std::get_if<actors::message>(&what))
    return x->at;
  if (const auto* x = std::get_if<actors::log_event>(&what))
    return x->at;
  return 0;
}

} // namespace

gateway::gateway(std::size_t workers) {
  PARLEY_CHECK(workers <= workers_max);
  for (std::size_t i = 0; i < std::max<std::size_t>(1, workers); ++i)
    inboxes_.push_back(std::make_unique<inbox>());
}

void gateway::put_for(session_id session, task::any what) {
  auto worker = worker_of(session);
  if (worker < inboxes_.size())
    inboxes_[worker]->put(std::move(what));
}

void gateway::answer(const actors::call_address& to,
                     result<actors::reply> what) {
  if (to.worker < inboxes_.size())
    inboxes_[to.worker]->put(task::answer{to.call, std::move(what)});
}

void gateway::publish(actors::publication what) {
  auto at = position_of(what.what);
  auto frame = std::holds_alternative<actors::position>(what.what)
                 ? frame_ptr{}
                 : text_frame(rpc::notification(what.what));
  auto event = std::make_shared<const encoded_event>(
    encoded_event{std::move(what), std::move(frame), at});
  for (auto& one : inboxes_)
    one->put(task::publish{event});
}

void gateway::publish(actors::presence_change what) {
  auto frame = text_frame(rpc::notification(what.now));
  auto change = std::make_shared<const encoded_presence>(
    encoded_presence{std::move(what), std::move(frame)});
  for (auto& one : inboxes_)
    one->put(task::publish_presence{change});
}

void gateway::subscribe(node_id, session_id session,
                        const conversation_id& conversation, seq last_seq) {
  put_for(session, task::subscribe{session, conversation, last_seq});
}

void gateway::unsubscribe(node_id, session_id session,
                          const conversation_id& conversation) {
  put_for(session, task::unsubscribe{session, conversation});
}

void gateway::tell(node_id, session_id session, actors::signal what) {
  put_for(session, task::tell{session, text_frame(rpc::notification(what))});
}

void gateway::tell(actors::match_notice what) {
  auto frame = text_frame(rpc::notification(what.what));
  for (auto& one : inboxes_)
    one->put(task::tell_user{what.user, what.session, 0, frame});
}

void gateway::tell(actors::settings_notice what) {
  auto frame = text_frame(rpc::notification(what.what));
  for (auto& one : inboxes_)
    one->put(task::tell_user{what.user, 0, what.except, frame});
}

void gateway::close(node_id, session_id session, actors::close_reason why) {
  put_for(session, task::close{session, why});
}

void gateway::silence(node_id, session_id session, timestamp_ms until) {
  put_for(session, task::silence{session, until});
}

void gateway::shard_lost(std::uint16_t shard) {
  for (auto& one : inboxes_)
    one->put(task::shard_lost{shard});
}

void gateway::shard_moved(std::uint16_t shard) {
  for (auto& one : inboxes_)
    one->put(task::shard_moved{shard});
}

} // namespace parley::net
