#include "node/remote_gateway.hpp"

#include "actors/wire/wire.hpp"
#include "cluster/member/member.hpp"

#include <utility>

namespace parley::node {

namespace wire = actors::wire;

remote_gateway::remote_gateway(actors::gateway& local, node_id self,
                               node_links links)
  : local_(local), self_(self), links_(std::move(links)) {}

result<void> remote_gateway::receive(std::string_view bytes) {
  return wire::decode_into(bytes, local_);
}

void remote_gateway::answer(const actors::call_address& to,
                            result<actors::reply> what) {
  if (to.node == self_)
    local_.answer(to, std::move(what));
  else if (auto bytes = wire::encode(to, what);
           bytes.size() <= cluster::member::send_bytes_max)
    links_.send(to.node, bytes);
  else
    links_.send(to.node,
                wire::encode(to, error{errc::too_large, "the answer"}));
}

template <class Event>
void remote_gateway::tell_others(const Event& what) {
  auto others = links_.others();
  if (others.empty())
    return;
  auto bytes = wire::encode(what);
  for (auto node : others)
    links_.send(node, bytes);
}

void remote_gateway::publish(actors::publication what) {
  tell_others(what);
  local_.publish(std::move(what));
}

void remote_gateway::publish(actors::presence_change what) {
  tell_others(what);
  local_.publish(std::move(what));
}

void remote_gateway::subscribe(node_id node, session_id session,
                               const conversation_id& conversation,
                               seq last_seq) {
  if (node == self_)
    local_.subscribe(node, session, conversation, last_seq);
  else
    links_.send(node, wire::encode(actors::subscription{
                        node, session, conversation, true, last_seq}));
}

void remote_gateway::unsubscribe(node_id node, session_id session,
                                 const conversation_id& conversation) {
  if (node == self_)
    local_.unsubscribe(node, session, conversation);
  else
    links_.send(node, wire::encode(actors::subscription{
                        node, session, conversation, false, 0}));
}

void remote_gateway::tell(node_id node, session_id session,
                          actors::signal what) {
  if (node == self_)
    local_.tell(node, session, std::move(what));
  else
    links_.send(node, wire::encode(actors::session_signal{node, session,
                                                          std::move(what)}));
}

// The user's sessions may be on any node, also on those that the user's owner
// does not know of yet.
void remote_gateway::tell(actors::match_notice what) {
  tell_others(what);
  local_.tell(std::move(what));
}

void remote_gateway::tell(actors::settings_notice what) {
  tell_others(what);
  local_.tell(std::move(what));
}

void remote_gateway::close(node_id node, session_id session,
                           actors::close_reason why) {
  if (node == self_)
    local_.close(node, session, why);
  else
    links_.send(node, wire::encode(actors::closing{node, session, why}));
}

void remote_gateway::silence(node_id node, session_id session,
                             timestamp_ms until) {
  if (node == self_)
    local_.silence(node, session, until);
  else
    links_.send(node, wire::encode(actors::silencing{node, session, until}));
}

} // namespace parley::node
