#pragma once

#include "actors/messages.hpp"
#include "base/error.hpp"
#include "net/rpc/method_table.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::net::rpc {

/// An integer, however it is written: 50.0 and 5e1 are 50.
std::optional<std::int64_t> whole_number(const boost::json::value& from);

/// Reads the parameters of one call by name. Every fault names its parameter.
/// The first one is kept: what is read after it means nothing, and the `to_`
/// functions at the end fail with it. Parameters that nobody reads are ignored,
/// so that newer clients can talk to older nodes.
class params {
public:
  params(const boost::json::object& from, context with);

  bool has(std::string_view name) const;

  /// Any string, as a view of the parameter.
  std::string_view text(std::string_view name);

  conversation_id conversation(std::string_view name = "conversation");
  user_id user(std::string_view name = "user");
  /// The queue "default" where there is none.
  queue_name queue(std::string_view name = "queue");
  /// Each user once, in the order given.
  std::vector<user_id> users(std::string_view name, std::size_t most);
  client_id client(std::string_view name = "client_id");
  /// An event's position: 1 or higher.
  seq position(std::string_view name = "seq");
  /// A position or 0, before the first.
  seq position_or_start(std::string_view name);
  /// Milliseconds since the epoch, not before it.
  timestamp_ms time(std::string_view name);
  /// A page's size; above `most` it is cut to that.
  std::uint32_t limit(std::size_t standard, std::size_t most,
                      std::string_view name = "limit");
  bool flag(std::string_view name);
  /// A message's text: not empty; `too_large` over its limit.
  std::string message_text(std::string_view name = "text");
  /// Any text.
  std::string text_of(std::string_view name, std::size_t bytes_max);
  /// What others are shown as somebody's or something's name: one line that
  /// `text::fault_in_line` has nothing against, composed.
  std::string name(std::string_view name, std::size_t bytes_min,
                   std::size_t bytes_max);
  /// One emoji or `:name:`, in its one form.
  std::string emoji(std::string_view name = "emoji");
  /// What names a device; the upgrade has the same rule.
  std::string device(std::string_view name = "device_id");
  /// One line without control characters.
  std::string line(std::string_view name, std::size_t bytes_min,
                   std::size_t bytes_max);
  /// One of `names`, as its place among them.
  std::size_t one_of(std::string_view name,
                     std::initializer_list<std::string_view> names);
  /// A message's type.
  std::string type(std::string_view name = "type");
  /// A list of attachments as JSON text; empty for an empty list.
  std::string attachments(std::string_view name = "attachments");
  /// Any value, as JSON text; `null` where it is absent.
  std::string json(std::string_view name, std::size_t bytes_max);
  /// Conversations, each with the last position seen.
  std::vector<std::pair<conversation_id, seq>> positions(std::string_view name);
  /// Places of events, 1 or higher.
  std::vector<seq> seqs(std::string_view name, std::size_t most);

  /// Keeps a fault that the caller found.
  void fail(std::string_view name, std::string detail,
            errc code = errc::bad_params);

  /// The call as a command, or the first fault. A guest's command for a
  /// conversation that is not a match fails with `forbidden`.
  result<target> to_conversation(const conversation_id& id,
                                 actors::conversation_command what);
  result<target> to_user(const user_id& id, actors::user_command what);
  result<target> to_self(actors::user_command what);
  result<target> to_directory(std::string_view handle,
                              actors::directory_command what);

  result<target> to_moderation(actors::moderation_command what);

  /// The first fault, if there was one.
  const result<void>& done() const {
    return fault_;
  }

  const context& with() const {
    return with_;
  }

private:
  const boost::json::value* find(std::string_view name);
  std::optional<std::uint64_t> number(std::string_view name);
  user_id user_of(const boost::json::value& from, std::string_view name);

  const boost::json::object& from_;
  const context with_;
  result<void> fault_;
};

} // namespace parley::net::rpc
