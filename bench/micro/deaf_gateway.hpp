#pragma once

#include "actors/gateway.hpp"

namespace parley::bench {

/// Forgets what it is told.
class deaf_gateway : public actors::gateway {
public:
  void answer(const actors::call_address&, result<actors::reply>) override {}
  void publish(actors::publication) override {}
  void publish(actors::presence_change) override {}
  void subscribe(node_id, session_id, const conversation_id&, seq) override {}
  void unsubscribe(node_id, session_id, const conversation_id&) override {}
  void tell(node_id, session_id, actors::signal) override {}
  void tell(actors::match_notice) override {}
  void tell(actors::settings_notice) override {}
  void silence(node_id, session_id, timestamp_ms) override {}
  void close(node_id, session_id, actors::close_reason) override {}
};

} // namespace parley::bench
