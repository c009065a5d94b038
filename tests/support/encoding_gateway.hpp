#pragma once

#include "actors/wire/wire.hpp"

#include <string>
#include <utility>
#include <vector>

namespace parley::test {

/// Keeps the bytes of what is said, as if it were for another node.
class encoding_gateway final : public actors::gateway {
public:
  void answer(const actors::call_address& to,
              result<actors::reply> what) override {
    said.push_back(actors::wire::encode(to, what));
  }

  void publish(actors::publication what) override {
    said.push_back(actors::wire::encode(what));
  }

  void publish(actors::presence_change what) override {
    said.push_back(actors::wire::encode(what));
  }

  void subscribe(node_id node, session_id session,
                 const conversation_id& conversation, seq last_seq) override {
    said.push_back(actors::wire::encode(
      actors::subscription{node, session, conversation, true, last_seq}));
  }

  void unsubscribe(node_id node, session_id session,
                   const conversation_id& conversation) override {
    said.push_back(actors::wire::encode(
      actors::subscription{node, session, conversation, false, 0}));
  }

  void tell(node_id node, session_id session, actors::signal what) override {
    said.push_back(actors::wire::encode(
      actors::session_signal{node, session, std::move(what)}));
  }

  void tell(actors::settings_notice what) override {
    said.push_back(actors::wire::encode(what));
  }

  void tell(actors::match_notice what) override {
    said.push_back(actors::wire::encode(what));
  }

  void close(node_id node, session_id session,
             actors::close_reason why) override {
    said.push_back(actors::wire::encode(actors::closing{node, session, why}));
  }

  void silence(node_id node, session_id session, timestamp_ms until) override {
    said.push_back(
      actors::wire::encode(actors::silencing{node, session, until}));
  }

  std::vector<std::string> said;
};

} // namespace parley::test
