#pragma once

#include "actors/replies.hpp"
#include "storage/write_set.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace parley::actors {

/// A session that is to be closed.
struct closing {
  node_id node = 0;
  session_id session = 0;
  close_reason why = close_reason::revoked;
};

/// A session whose user may not speak until then.
struct silencing {
  node_id node = 0;
  session_id session = 0;
  /// -1 is for good; a time that is over lifts it.
  timestamp_ms until = 0;
};

/// A session that is to be told of a conversation from now on, or no more.
struct subscription {
  node_id node = 0;
  session_id session = 0;
  conversation_id conversation = {};
  bool on = false;
  /// What the session may have missed ends here.
  seq last_seq = 0;
};

/// A session that is to be told of a call.
struct session_signal {
  node_id node = 0;
  session_id session = 0;
  signal what = {};
};

/// A command that is for somebody else once the decision is committed.
struct onward {
  cluster::entity_key whom;
  caller from;
  std::variant<queue_command, user_command> what;
  /// The answer is up to them, and not given here.
  bool takes_answer = false;
};

/// Whom a call's signal is for.
struct signal_route {
  std::vector<user_id> to = {};
  /// The user has named nobody: a hangup is for all who are in the call.
  bool to_all = false;
  /// Nothing but the end of a call may be said, and nothing with it.
  bool ends_only = false;
};

/// What the rules make of a command. The state has it applied already; nobody
/// is told any of it before `writes` are committed. An error in `answer` means
/// that nothing changed, unless there are writes.
struct decision {
  result<reply> answer = reply{done{}};
  storage::write_set writes = {};
  std::vector<publication> tell = {};
  std::vector<closing> close = {};
  std::vector<silencing> silence = {};
  std::vector<subscription> subscribe = {};
  /// Rows of the outbox, new ones or those that an earlier command has added:
  /// to be delivered once they are durable.
  std::vector<std::uint64_t> outbox = {};
  /// The answer waits until those rows are delivered.
  bool answer_when_delivered = false;
  /// Of a call's signal: the caller's own entity passes it on, and answers.
  std::optional<signal_route> signal_to = {};
  std::vector<onward> pass_on = {};
  std::vector<match_notice> notices = {};
  std::vector<settings_notice> settings = {};
  std::vector<presence_change> presences = {};
  /// The message that this is about, for the trace.
  seq traced = 0;
};

/// A decision that only answers.
inline decision answer_with(result<reply> what) {
  decision d;
  d.answer = std::move(what);
  return d;
}

inline decision refuse(errc code, std::string detail, std::string field = {}) {
  return answer_with(error{code, std::move(detail), std::move(field)});
}

} // namespace parley::actors
