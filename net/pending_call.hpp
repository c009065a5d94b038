#pragma once

#include "net/call.hpp"
#include "net/rpc/method_table.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

namespace parley::net {

/// The answers of a batch, sent when all are there.
struct batch_answers {
  std::size_t waiting = 0;
  std::string text = {};
};

/// A call of a session, from its frame to its answer.
struct session_call {
  session_id session = 0;
  const rpc::method* method = nullptr;
  /// As JSON; empty where nobody wants an answer.
  std::string id = {};
  std::int64_t started_us = 0;
  /// Null where it came alone.
  std::shared_ptr<batch_answers> batch = {};
  /// Units that were taken for it.
  std::uint32_t deposit = 0;
  /// The conversation that it reaches by way of the user: later calls on that
  /// wait for its answer. Empty for most.
  conversation_id around = {};
  /// It asks for the session to become its user's.
  bool attaches = false;
};

/// What to do with a reply.
using pending_call = std::variant<on_reply, session_call>;

} // namespace parley::net
